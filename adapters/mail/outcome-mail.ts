import type { Approval, Closing } from '../../domain/approval.ts';
import type { Mail } from '../../domain/ports.ts';
import { asciiLine } from './ascii-line.ts';

const OUTCOMES: Readonly<Record<Closing | 'open', { readonly subject: string; readonly text: string }>> = {
  approved: { subject: 'Approved', text: 'It is approved.' },
  rejected: { subject: 'Rejected', text: 'It is rejected.' },
  expired: { subject: 'Expired', text: 'It expired before all had decided.' },
  withdrawn: { subject: 'No longer needed', text: 'It was withdrawn: no decision is needed any more.' },
  open: { subject: 'Still open', text: 'Others have still to decide.' },
};

/** Tells someone who was asked how it ended. Holds no link: there is nothing left to decide. */
export function outcomeMail(approval: Approval, to: string): Mail {
  const { subject, text } = OUTCOMES[approval.status];
  const { title, id } = approval.subject;
  const decisions = approval.stages.flatMap(({ title: stage, approvers }) =>
    approvers.flatMap(({ address, decision }) =>
      decision
        ? [
            `  ${stage}: ${address} ${decision.decision === 'approve' ? 'approved' : 'rejected'}, ${minute(decision.at)}`,
          ]
        : [],
    ),
  );
  const lines = [title, `Reference: ${id}`, '', text, ...(decisions.length > 0 ? ['', ...decisions] : [])];
  return { to, subject: asciiLine(`${subject}: ${title}`), text: lines.join('\n') };
}

const minute = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
