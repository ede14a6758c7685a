// A job of the back office as a container image: adds up a day's ledger, and fails if its totals say something else.
import process from 'node:process';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const { LEDGER_DAY: day, LEDGER_URI: uri = '' } = process.env;
const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
const { Body } = await new S3Client({ forcePathStyle: true }).send(new GetObjectCommand({ Bucket, Key }));
const lines = (await Body.transformToString()).split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));

const sums = new Map();
for (const { kind, currency, amount } of lines.filter(({ kind }) => kind !== 'total')) {
  sums.set(currency, (sums.get(currency) ?? 0) + (kind === 'capture' ? amount : -amount));
}
for (const { currency, net } of lines.filter(({ kind }) => kind === 'total')) {
  console.log(`${day}: ${net} ${currency} (minor units)`);
  if (net !== (sums.get(currency) ?? 0)) {
    console.error(`The lines in ${currency} add up to ${sums.get(currency)}`);
    process.exitCode = 1;
  }
}
