import type { Approval } from '../../domain/approval.ts';
import { currentStage } from '../../domain/approval.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Mail } from '../../domain/ports.ts';
import { asciiLine } from './ascii-line.ts';

const SUBJECTS = {
  ask: 'Please decide',
  remind: 'Reminder: please decide',
  escalate: 'Escalated to you: please decide',
};

/** The page behind the link shows all. */
const LINES_SHOWN = 10;

/** The mail that asks an approver. It holds the link, and with it the right to decide. */
export function approvalMail(approval: Approval, to: string, link: string, why: keyof typeof SUBJECTS): Mail {
  const { title, requestedBy, reason, amount, currency, id, lines = [] } = approval.subject;
  const stage = currentStage(approval);
  const expiry = (stage.expiresAt ?? '').replace('T', ' ').slice(0, 16);
  const text = [
    `${requestedBy} asks you to decide as ${stage.title}:`,
    '',
    `  ${title}`,
    `  Reference: ${id}`,
    ...(amount !== undefined && currency ? [`  Amount: ${formatMoney({ amount, currency })}`] : []),
    ...(reason ? [`  Reason: ${reason}`] : []),
    ...lines.slice(0, LINES_SHOWN).map(({ text: line, quantity }) => `  - ${quantity ? `${quantity} x ` : ''}${line}`),
    ...(lines.length > LINES_SHOWN ? [`  - and ${lines.length - LINES_SHOWN} more`] : []),
    '',
    `Read and decide, until ${expiry} UTC:`,
    link,
    '',
    'The link is for you alone: whoever has it can decide in your name. Please do not forward this mail.',
  ].join('\n');
  return { to, subject: asciiLine(`${SUBJECTS[why]}: ${title}`), text };
}
