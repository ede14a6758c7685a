import { S3Client } from '@aws-sdk/client-s3';
import { dayFiles } from '../../adapters/s3/day-files.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { writeLedger } from './write-ledger.ts';

export const handler = asStep(writeLedger(dayFiles(new S3Client({}), environment('LEDGERS_BUCKET'))));
