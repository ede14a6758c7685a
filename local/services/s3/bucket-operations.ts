import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Bucket, ObjectStore } from './object-store.ts';

interface BucketInput {
  readonly Bucket?: string;
  readonly Policy?: string;
  readonly Prefix?: string;
  readonly BucketRegion?: string;
  readonly CreateBucketConfiguration?: { readonly LocationConstraint?: string };
}

export function bucketOperations(store: ObjectStore, clock: Clock): Service['operations'] {
  return {
    CreateBucket(input: BucketInput, { account, region }: Caller) {
      refuseOthers('s3:CreateBucket', input, ['Bucket', 'CreateBucketConfiguration'], ['ACL', 'ObjectOwnership']);
      refuseOthers('s3:CreateBucket', input.CreateBucketConfiguration ?? {}, ['LocationConstraint'], ['Tags']);
      const { Bucket: name = '' } = input;
      if (!/^(?!xn--|.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
        throw new ServiceError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
      }
      const existing = store.buckets.get(name);
      if (existing && existing.account !== account) {
        throw new ServiceError(
          'BucketAlreadyExists',
          'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
          409,
        );
      }
      // In us-east-1, creating one's own bucket again succeeds.
      if (existing && region !== 'us-east-1') {
        throw new ServiceError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
        );
      }
      const location = input.CreateBucketConfiguration?.LocationConstraint ?? region;
      if (!existing) store.buckets.put(name, { name, account, region: location, createdAt: clock.now() });
      return { Location: `/${name}` };
    },

    DeleteBucket({ Bucket: name }: BucketInput) {
      const bucket = findBucket(store, name);
      for (const _ of store.objects(bucket.name).entries()) {
        throw new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, {
          BucketName: bucket.name,
        });
      }
      store.buckets.delete(bucket.name);
      return {};
    },

    HeadBucket: ({ Bucket: name }: BucketInput) => ({
      BucketRegion: findBucket(store, name).region,
      AccessPointAlias: false,
    }),

    ListBuckets({ Prefix = '', BucketRegion }: BucketInput, { account }: Caller) {
      const own = [...store.buckets.entries(Prefix)]
        .map(([, bucket]) => bucket)
        .filter((bucket) => bucket.account === account && (BucketRegion ?? bucket.region) === bucket.region);
      return {
        Buckets: own.map(({ name, createdAt }) => ({ Name: name, CreationDate: new Date(createdAt) })),
        Owner: { ID: account.padStart(64, '0') },
      };
    },

    GetBucketLocation({ Bucket: name }: BucketInput) {
      const { region } = findBucket(store, name);
      return region === 'us-east-1' ? {} : { LocationConstraint: region };
    },

    GetBucketVersioning: ({ Bucket: name }: BucketInput) => {
      findBucket(store, name);
      return {};
    },

    PutBucketPolicy({ Bucket: name, Policy = '' }: BucketInput) {
      const bucket = findBucket(store, name);
      store.buckets.put(bucket.name, { ...bucket, policy: Policy });
      return {};
    },

    GetBucketPolicy({ Bucket: name }: BucketInput) {
      const { policy } = findBucket(store, name);
      if (policy === undefined) throw new ServiceError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      return { Policy: policy };
    },

    DeleteBucketPolicy({ Bucket: name }: BucketInput) {
      const { policy: _, ...bucket } = findBucket(store, name);
      store.buckets.put(bucket.name, bucket);
      return {};
    },
  };
}

/** @throws ServiceError NoSuchBucket */
export function findBucket(store: ObjectStore, name = ''): Bucket {
  const bucket = store.buckets.get(name);
  if (!bucket) throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  return bucket;
}
