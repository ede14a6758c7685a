import type { Approval, Closing } from '../../domain/approval.ts';
import type { Mail } from '../../domain/ports.ts';
import { readable } from '../../domain/time.ts';
import { writeMail } from './write-mail.ts';

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
            `${stage}: ${address} ${decision.decision === 'approve' ? 'approved' : 'rejected'}, ${readable(decision.at)}`,
          ]
        : [],
    ),
  );
  const parts = [
    { paragraph: text },
    { facts: [['Reference', id] as const] },
    ...(decisions.length > 0 ? [{ list: decisions }] : []),
  ];
  const headline = `${subject}: ${title}`;
  return writeMail({ to, subject: headline, title: headline, parts });
}
