import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { dayFiles } from '../../../adapters/s3/day-files.ts';

/** Refuses every call as S3 would, by this name. */
function filesRefusedBy(name: string) {
  const client = new S3Client({ region: 'eu-central-1' });
  client.send = async () => {
    throw Object.assign(new Error('refused'), { name });
  };
  return dayFiles(client, 'ledgers');
}

test('a file that is there already is not written', async () => {
  expect(await filesRefusedBy('PreconditionFailed').create('ledgers/a.jsonl', '')).toBe(false);
});

test('one that somebody else is writing at this moment is tried again later', async () => {
  const created = filesRefusedBy('ConditionalRequestConflict').create('ledgers/a.jsonl', '');
  await expect(created).rejects.toMatchObject({ name: 'ConcurrentUpdateError' });
});

test('whatever else goes wrong is told as it is', async () => {
  await expect(filesRefusedBy('SlowDown').create('ledgers/a.jsonl', '')).rejects.toMatchObject({ name: 'SlowDown' });
});
