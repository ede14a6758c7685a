import type { Approval, Approver, Stage } from '../../domain/approval.ts';
import { type Html, html } from '../../domain/html.ts';
import { readable } from '../../domain/time.ts';

/** How far it is, and what others decided: in the stages before, and beside the reader. */
export function progress(approval: Approval, reader: Approver): Html {
  const steps = approval.stages.map((stage, index) => {
    const place = placeOf(approval, index);
    const people = stage.approvers.flatMap((approver) => lineOf(approver, reader, place === 'now') ?? []);
    return html`<li class="${place}"><p><strong>${stage.title}</strong> <span class="count">${countOf(stage)}</span></p>${
      index <= approval.stage && people.length > 0 ? html`<ul>${people}</ul>` : undefined
    }</li>`;
  });
  return html`<section class="steps" aria-label="Who decides"><h2>Who decides</h2><ol>
${steps}
</ol></section>`;
}

function placeOf({ stage, status }: Approval, index: number): 'done' | 'now' | 'stopped' | 'next' {
  if (index < stage || (index === stage && status === 'approved')) return 'done';
  if (index > stage) return 'next';
  return status === 'open' ? 'now' : 'stopped';
}

function countOf({ approvers, required }: Stage): string {
  const decisions = approvers.flatMap(({ decision }) => decision?.decision ?? []);
  if (decisions.includes('reject')) return 'rejected';
  return `${decisions.length} of ${required} approved`;
}

/** Who was replaced by an escalation, or had nothing to decide in the end, is left out. */
function lineOf(approver: Approver, reader: Approver, isAsked: boolean): Html | undefined {
  const { address, asked, decision, handedTo } = approver;
  const name = address === reader.address ? html`${address} (you)` : html`${address}`;
  if (decision?.decision === 'approve')
    return html`<li class="yes">${name} approved, <span class="when">${readable(decision.at)}</span></li>`;
  if (decision) return html`<li class="no">${name} rejected, <span class="when">${readable(decision.at)}</span></li>`;
  if (handedTo) return html`<li>${name} handed over to ${handedTo}</li>`;
  return asked && isAsked ? html`<li class="open">${name} has still to decide</li>` : undefined;
}
