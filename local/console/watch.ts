import type { Mailbox } from '../mailbox.ts';
import type { HistoryEvent } from '../stepfunctions/asl/history.ts';
import type { ExecutionDescription } from '../stepfunctions/engine/ports.ts';
import { createExpressRuns, type ExpressRuns } from './express-runs.ts';
import { createLive, type Live } from './live.ts';

/** What the console has to be told while it happens, because nobody can be asked afterwards. */
export interface Watch {
  readonly live: Live;
  readonly express: ExpressRuns;
  /** @returns the same mailbox, whose new mails are noticed */
  mails(mailbox: Mailbox): Mailbox;
  progressed(execution: ExecutionDescription, history: readonly HistoryEvent[]): void;
}

export function createWatch(): Watch {
  const [live, express] = [createLive(), createExpressRuns()];
  return {
    live,
    express,
    mails: (mailbox) => ({
      ...mailbox,
      deliver(outgoing) {
        const mail = mailbox.deliver(outgoing);
        live.changed('mails', mail.id);
        return mail;
      },
    }),
    progressed(execution, history) {
      express.progressed(execution, history);
      live.changed('executions', execution.executionArn);
    },
  };
}
