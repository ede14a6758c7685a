import { createCaller } from '../../../../local/aws/caller.ts';
import { createEndpoint } from '../../../../local/aws/endpoint.ts';
import type { CallService, Operation, Service } from '../../../../local/aws/service.ts';
import type { AdjustableClock } from '../../../../local/clock.ts';
import { createMailbox, type Mailbox } from '../../../../local/mailbox.ts';
import { createManualClock } from '../../../../local/manual-clock.ts';
import { createMetricStore, type MetricStore } from '../../../../local/services/cloudwatch/metric-store.ts';
import { type CoreServices, createCoreServices } from '../../../../local/services/core-services.ts';
import { openStorage } from '../../../../local/storage/open-storage.ts';
import type { Storage } from '../../../../local/storage.ts';

export const NOW = Date.UTC(2026, 10, 22, 12);
export const ACCOUNT = '000000000000';
export const CALLER = { account: ACCOUNT, region: 'us-east-1' };

export interface CoreCloud {
  readonly url: string;
  readonly clock: AdjustableClock;
  readonly storage: Storage;
  readonly mailbox: Mailbox;
  readonly metrics: MetricStore;
  readonly core: CoreServices;
  readonly call: CallService;
  /** What was reported as having failed with nobody to tell. */
  readonly reports: string[];
  /** A client of the official SDK for this cloud. */
  client<T>(Client: new (options: object) => T, options?: object): T;
  close(): Promise<void>;
}

export interface CoreCloudOptions {
  readonly storage?: Storage;
  readonly clock?: AdjustableClock;
  /** Services beside the core ones: stand-ins for lambda and states. */
  readonly others?: readonly Service[];
}

/** The core services behind an endpoint on a free port, on a clock that only the test moves. */
export async function startCoreCloud(options: CoreCloudOptions = {}): Promise<CoreCloud> {
  const { storage = openStorage(), clock = createManualClock(NOW), others = [] } = options;
  const reports: string[] = [];
  const report = (error: unknown, what: string) => reports.push(`${what}: ${error}`);
  const services: Service[] = [...others];
  const call = createCaller(services);
  const mailbox = createMailbox(storage, clock);
  const endpoint = await createEndpoint({ services, report });
  const metrics = createMetricStore(storage, clock, report);
  const core = createCoreServices({ storage, clock, call, mailbox, metrics, url: () => endpoint.url, report });
  services.push(...core.all);
  core.start();
  const clients: { destroy(): void }[] = [];
  return {
    url: endpoint.url,
    clock,
    storage,
    mailbox,
    metrics,
    core,
    call,
    reports,
    client(Client, more = {}) {
      const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'test' };
      const client = new Client({ endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1, ...more });
      clients.push(client as { destroy(): void });
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      await core.close();
      await endpoint.close();
      storage.close();
    },
  };
}

/** A service that remembers what it was asked, and answers what the test says. */
export function recordingService(
  name: string,
  operations: Readonly<Record<string, Operation>>,
): Service & { readonly calls: unknown[][] } {
  const calls: unknown[][] = [];
  const recorded = Object.entries(operations).map(([operation, answer]): [string, Operation] => [
    operation,
    (input, caller) => {
      calls.push([operation, input]);
      return answer(input, caller);
    },
  ]);
  return { name, calls, operations: Object.fromEntries(recorded) };
}
