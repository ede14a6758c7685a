import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { runActivityWorker } from '../../adapters/stepfunctions/activity-worker.ts';
import { simulatedWarehouse } from './simulated-warehouse.ts';

export interface WarehouseOptions {
  readonly client: SFNClientConfig;
  readonly activityArn: string;
  readonly name: string;
  /** Shipments picked at the same time. */
  readonly pickers?: number;
  /** How long one takes. */
  readonly seconds?: number;
  readonly signal: AbortSignal;
  readonly report: (text: string) => void;
}

/** A third of what process-order allows between two heartbeats. */
const HEARTBEAT_MS = 20_000;

/** Lets a simulated warehouse work until it is told to end. */
export async function startWarehouse(options: WarehouseOptions): Promise<void> {
  const { activityArn, name, pickers = 2, seconds = 0, signal, report } = options;
  const client = new SFNClient(options.client);
  const work = simulatedWarehouse(seconds, report);
  const workers = Array.from({ length: pickers }, (_, index) =>
    runActivityWorker({
      client,
      activityArn,
      workerName: `${name}-${index + 1}`,
      heartbeatMs: HEARTBEAT_MS,
      work,
      signal,
      report,
    }),
  );
  await Promise.all(workers).finally(() => client.destroy());
}
