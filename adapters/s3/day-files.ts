import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ConcurrentUpdateError } from '../../domain/errors.ts';
import type { DayFiles } from '../../domain/ports.ts';

export function dayFiles(client: S3Client, bucket: string): DayFiles {
  const put = (key: string, text: string, more: object = {}) =>
    client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/jsonl', ...more }),
    );
  return {
    async read(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!Body) throw new Error(`${key} has no content.`);
      return Body.transformToString();
    },
    async write(key, text) {
      await put(key, text);
    },
    async create(key, text) {
      try {
        await put(key, text, { IfNoneMatch: '*' });
        return true;
      } catch (error) {
        const name = error instanceof Error ? error.name : '';
        if (name === 'PreconditionFailed') return false;
        // Two at the same moment: S3 refuses one of them, and does not say whether the other will be there.
        if (name === 'ConditionalRequestConflict')
          throw new ConcurrentUpdateError(`${key} is being written.`, { cause: error });
        throw error;
      }
    },
  };
}
