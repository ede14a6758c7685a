import type { Approval } from '../../domain/approval.ts';
import { type Html, html } from '../../domain/html.ts';
import { formatMoney } from '../../domain/money.ts';
import { readable } from '../../domain/time.ts';

/** What is signed, all of it. `isTitled`: with its title, where that is not the title of the page. */
export function subjectCard({ subject, openedAt }: Approval, isTitled: boolean): Html {
  const { type, title, id, version, requestedBy, reason, risk = [], amount, currency, lines = [] } = subject;
  const money = (minor: number | undefined) =>
    minor === undefined ? '' : currency ? formatMoney({ amount: minor, currency }) : String(minor);
  return html`<section class="card" aria-label="What is to be decided">
<p class="kind">${type}</p>
${isTitled ? html`<h2>${title}</h2>` : undefined}
${amount === undefined ? undefined : html`<p class="amount">${money(amount)}</p>`}
<dl>
${row('Reference', `${id}, version ${version}`)}
${row('Requested by', requestedBy)}
${row('Requested on', readable(openedAt))}
${reason ? row('Reason', reason) : undefined}
${risk.length > 0 ? row('Risks', risk.join(', ')) : undefined}
</dl>
${
  lines.length > 0
    ? html`<table><thead><tr><th scope="col">What</th><th scope="col">Quantity</th><th scope="col">Amount</th></tr></thead><tbody>
${lines.map((line) => html`<tr><td>${line.text}</td><td>${line.quantity}</td><td>${money(line.amount)}</td></tr>`)}
</tbody></table>`
    : undefined
}
</section>`;
}

const row = (name: string, value: string): Html => html`<dt>${name}</dt><dd>${value}</dd>`;
