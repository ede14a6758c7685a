import { ServiceError } from '../../aws/service.ts';
import type { StoredObject } from './object-store.ts';

export interface Conditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: Date;
  readonly IfUnmodifiedSince?: Date;
}

const isEtag = (condition: string, { etag }: StoredObject): boolean =>
  condition === '*' || condition.split(',').some((one) => one.trim().replaceAll('"', '') === etag.replaceAll('"', ''));

const failed = (condition: string): ServiceError =>
  new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });

/** @throws ServiceError PreconditionFailed, NoSuchKey */
export function checkWriteConditions(existing: StoredObject | undefined, { IfMatch, IfNoneMatch }: Conditions): void {
  if (IfNoneMatch !== undefined && existing && isEtag(IfNoneMatch, existing)) throw failed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!existing) throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!isEtag(IfMatch, existing)) throw failed('If-Match');
}

/** @throws ServiceError PreconditionFailed, NotModified */
export function checkReadConditions(
  object: StoredObject,
  { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince }: Conditions,
): void {
  const modifiedAt = Math.floor(object.modifiedAt / 1000) * 1000;
  if (IfMatch !== undefined && !isEtag(IfMatch, object)) throw failed('If-Match');
  if (IfMatch === undefined && IfUnmodifiedSince && modifiedAt > IfUnmodifiedSince.getTime())
    throw failed('If-Unmodified-Since');
  const isSame =
    IfNoneMatch !== undefined
      ? isEtag(IfNoneMatch, object)
      : IfModifiedSince && modifiedAt <= IfModifiedSince.getTime();
  if (isSame) throw new ServiceError('NotModified', 'Not Modified', 304);
}

/** @returns first and last byte; undefined for the whole. @throws ServiceError InvalidRange */
export function readRange(range: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(size - Number(to), 0) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (start >= size || start > end)
    throw new ServiceError('InvalidRange', 'The requested range is not satisfiable', 416, { ActualObjectSize: size });
  return { start, end };
}
