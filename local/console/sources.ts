import type { Caller, CallService } from '../aws/service.ts';
import type { AdjustableClock } from '../clock.ts';
import type { Issuer } from '../issuer.ts';
import type { Mailbox } from '../mailbox.ts';
import type { Engine } from '../stepfunctions/engine/ports.ts';
import type { ExecutionStore } from '../stepfunctions/engine/store/store.ts';
import type { Storage } from '../storage.ts';
import type { Application } from './api/application.ts';
import type { ExpressRuns } from './express-runs.ts';
import type { Live } from './live.ts';

/** What the console shows, and what it acts through. */
export interface ConsoleSources {
  readonly clock: AdjustableClock;
  readonly mailbox: Mailbox;
  readonly engine: Pick<Engine, 'list' | 'mapRuns'>;
  /** Read only: snapshots and histories, which the API of Step Functions does not show whole. */
  readonly executions: Pick<ExecutionStore, 'execution' | 'executionById' | 'snapshot' | 'history' | 'dueTimers'>;
  readonly express: ExpressRuns;
  readonly live: Live;
  readonly call: CallService;
  readonly caller: Caller;
  /** Read only: messages of queues, which receiving would change. */
  readonly storage: Pick<Storage, 'table'>;
  readonly application: Application;
  readonly issuer: Issuer;
}
