import type { AdjustableClock } from '../clock.ts';
import type { Mail, Mailbox } from '../mailbox.ts';
import type { Engine, ExecutionSummary } from '../stepfunctions/engine/ports.ts';

/** What the console shows. */
export interface ConsoleSources {
  readonly clock: AdjustableClock;
  readonly mailbox: Mailbox;
  readonly engine: Pick<Engine, 'list'>;
}

/** A request that cannot be fulfilled; the message says why. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The newest first, as many as a page shows. */
export const latestExecutions = ({ engine }: ConsoleSources): readonly ExecutionSummary[] =>
  engine.list({}, { maxResults: 1_000 }).items;

export function mailboxJson({ mailbox }: ConsoleSources, query: URLSearchParams): object {
  const mails = mailbox.list();
  return query.has('newest') ? { newest: mails[0]?.id ?? '' } : { messages: mails.map(mailJson) };
}

const mailJson = ({ id, from, to, subject, text, html, sentAt }: Mail): object => ({
  id,
  ...(from !== undefined && { from }),
  to,
  subject,
  text,
  html: html ?? null,
  sentAt: new Date(sentAt).toISOString(),
});

export const executionsJson = (sources: ConsoleSources): object => ({
  executions: latestExecutions(sources).map(
    ({ executionArn, name, revision, status, startedAt, stoppedAt, redriveCount }) => ({
      executionArn,
      name,
      stateMachineArn: revision.stateMachineArn,
      stateMachine: revision.name,
      type: revision.type,
      status,
      startDate: new Date(startedAt).toISOString(),
      stopDate: stoppedAt === undefined ? null : new Date(stoppedAt).toISOString(),
      redriveCount,
    }),
  ),
});

export function clockJson({ clock }: ConsoleSources): object {
  const nextTimer = clock.nextTimer();
  return {
    now: new Date(clock.now()).toISOString(),
    nextTimer: nextTimer === undefined ? null : new Date(nextTimer).toISOString(),
  };
}

/** Ten years: further than anything that waits. */
const LONGEST_ADVANCE_SECONDS = 315_360_000;

/** @param request `{"seconds": n}` or `{"to": "next-timer"}`. @throws ConsoleError */
export async function advanceClock(sources: ConsoleSources, request: unknown): Promise<object> {
  const { clock } = sources;
  await clock.advanceTo(targetOf(clock, request));
  return clockJson(sources);
}

function targetOf(clock: AdjustableClock, request: unknown): number {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) throw new ConsoleError(400, USAGE);
  const { seconds, to, ...others } = request as { seconds?: unknown; to?: unknown };
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new ConsoleError(400, `${unknown} is not known. ${USAGE}`);
  if ((seconds === undefined) === (to === undefined)) throw new ConsoleError(400, USAGE);
  if (to !== undefined) {
    if (to !== 'next-timer') throw new ConsoleError(400, `to has to be "next-timer". ${USAGE}`);
    const next = clock.nextTimer();
    if (next === undefined) throw new ConsoleError(409, 'There is no timer: nothing waits for a time.');
    return Math.max(next, clock.now());
  }
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0 || seconds > LONGEST_ADVANCE_SECONDS) {
    throw new ConsoleError(400, `seconds has to be a number above 0, at most ${LONGEST_ADVANCE_SECONDS}. ${USAGE}`);
  }
  return clock.now() + Math.round(seconds * 1_000);
}

const USAGE = 'Send {"seconds": n} or {"to": "next-timer"}.';
