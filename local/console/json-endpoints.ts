import type { Mail } from '../mailbox.ts';
import type { ConsoleSources } from './sources.ts';

// The endpoints for scripts. Those of the pages are in api/.

export function mailboxJson({ mailbox }: Pick<ConsoleSources, 'mailbox'>): object {
  return { messages: mailbox.list().map(mailJson) };
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

/** The newest first, at most a thousand. */
export const executionsJson = ({ engine }: Pick<ConsoleSources, 'engine'>): object => ({
  executions: engine
    .list({}, { maxResults: 1_000 })
    .items.map(({ executionArn, name, revision, status, startedAt, stoppedAt, redriveCount }) => ({
      executionArn,
      name,
      stateMachineArn: revision.stateMachineArn,
      stateMachine: revision.name,
      type: revision.type,
      status,
      startDate: new Date(startedAt).toISOString(),
      stopDate: stoppedAt === undefined ? null : new Date(stoppedAt).toISOString(),
      redriveCount,
    })),
});
