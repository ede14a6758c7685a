import { S3Client } from '@aws-sdk/client-s3';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { movementsTable } from '../../adapters/dynamodb/movements-table.ts';
import { dayFiles } from '../../adapters/s3/day-files.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { listDay } from './list-day.ts';

const movements = movementsTable(documentClient(), environment('MOVEMENTS_TABLE'));
const files = dayFiles(new S3Client({}), environment('LEDGERS_BUCKET'));

export const handler = asStep(listDay(movements, files, systemClock));
