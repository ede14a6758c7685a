import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
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
        if (error instanceof Error && error.name === 'PreconditionFailed') return false;
        throw error;
      }
    },
  };
}
