import type { Approval } from '../../domain/approval.ts';
import { currentStage } from '../../domain/approval.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Mail } from '../../domain/ports.ts';
import { readable } from '../../domain/time.ts';
import { type MailPart, writeMail } from './write-mail.ts';

const SUBJECTS = {
  ask: 'Please decide',
  remind: 'Reminder: please decide',
  escalate: 'Escalated to you: please decide',
  'hand-over': 'Handed over to you: please decide',
  resend: 'Please decide, by a new link',
};

/** The page behind the link shows all. */
const LINES_SHOWN = 10;

/** The mail that asks an approver. It holds the link, and with it the right to decide. */
export function approvalMail(approval: Approval, to: string, link: string, why: keyof typeof SUBJECTS): Mail {
  const { title, requestedBy, reason, amount, currency, id, lines = [] } = approval.subject;
  const stage = currentStage(approval);
  const handedBy = stage.approvers.find(({ address }) => address === to)?.handedBy;
  const parts: MailPart[] = [
    { paragraph: `${requestedBy} asks you to decide as ${stage.title}.` },
    ...(handedBy ? [{ paragraph: `${handedBy} was asked before; now the decision is yours.` }] : []),
    ...(lines.length > 0 ? [{ list: linesShown(lines) }] : []),
    {
      facts: [
        ...(amount !== undefined && currency ? [['Amount', formatMoney({ amount, currency })] as const] : []),
        ...(reason ? [['Reason', reason] as const] : []),
        ['Decide until', readable(stage.expiresAt)],
        ['Reference', id],
      ],
    },
    { button: 'Read and decide', link },
    { note: 'The link is for you alone: whoever has it can decide in your name. Please do not forward this mail.' },
  ];
  return writeMail({ to, subject: `${SUBJECTS[why]}: ${title}`, title, parts });
}

function linesShown(lines: NonNullable<Approval['subject']['lines']>): string[] {
  const shown = lines.slice(0, LINES_SHOWN).map(({ text, quantity }) => `${quantity ? `${quantity} × ` : ''}${text}`);
  return lines.length > LINES_SHOWN ? [...shown, `and ${lines.length - LINES_SHOWN} more`] : shown;
}
