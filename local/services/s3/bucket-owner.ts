import { type Operation, type Service, ServiceError } from '../../aws/service.ts';
import type { ObjectStore } from './object-store.ts';

/** Every operation may say whose bucket it expects, and does nothing if it is somebody else's. */
export function withOwnersChecked(store: ObjectStore, operations: Service['operations']): Service['operations'] {
  function check(bucket: unknown, expected: unknown): void {
    const found = expected === undefined ? undefined : store.buckets.get(String(bucket));
    if (found && found.account !== expected) throw new ServiceError('AccessDenied', 'Access Denied', 403);
  }
  const checked = (operation: Operation): Operation => {
    return (input, caller) => {
      check(input.Bucket, input.ExpectedBucketOwner);
      const [source] = String(input.CopySource ?? '')
        .replace(/^\//, '')
        .split('/');
      check(source, input.ExpectedSourceBucketOwner);
      return operation(input, caller);
    };
  };
  return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, checked(operation)]));
}
