import type { Approval, Approver, Decision, Stage } from '../../domain/approval.ts';
import { type Html, html } from '../../domain/html.ts';
import { formatMoney } from '../../domain/money.ts';
import { readable } from '../../domain/time.ts';
import type { Page } from './page.ts';

/** Shows what is to be signed, and asks. `secret` and `nonce` come back with the form. */
export function questionPage(
  approval: Approval,
  stage: Stage,
  approver: Approver,
  form: { secret: string; nonce: string },
): Page {
  const body = html`<p>Dear ${approver.address}, your decision is asked for as <strong>${stage.title}</strong>, until ${readable(stage.expiresAt)}.</p>
${subject(approval)}
<form method="post" action="?">
<input type="hidden" name="link" value="${form.secret}">
<input type="hidden" name="nonce" value="${form.nonce}">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="reject" class="no">Reject</button>
</form>`;
  return { status: 200, title: approval.subject.title, body };
}

/** What the approver decided: at once, and on every later click. */
export function decidedPage(status: 200 | 409, approval: Approval, approver: Approver, decision: Decision): Page {
  const verb = decision.decision === 'approve' ? 'approved' : 'rejected';
  const title = `${status === 409 ? 'Already ' : ''}${verb}`;
  const body = html`<p><strong>${approver.address}</strong> ${verb} this on ${readable(decision.at)}. ${after(approval)}</p>
${subject(approval)}`;
  return { status, title: title.charAt(0).toUpperCase() + title.slice(1), body };
}

/** The same for a link that is unknown, tampered with, expired, superseded or used up by somebody else. */
export const refusalPage: Page = {
  status: 404,
  title: 'This link does not work',
  body: html`<p>It may be incomplete, out of date, or replaced by a newer one. Please use the link in the latest e-mail, or ask who requested the approval.</p>`,
};

export const staleFormPage: Page = {
  status: 403,
  title: 'This form is out of date',
  body: html`<p>Nothing was decided. Please open the link in the e-mail again and decide from there. Cookies have to be allowed for this page.</p>`,
};

export const malformedPage: Page = {
  status: 400,
  title: 'Nothing was decided',
  body: html`<p>The form did not arrive as it was sent out. Please open the link in the e-mail again; it still works.</p>`,
};

export const busyPage: Page = {
  status: 503,
  title: 'Please try again',
  body: html`<p>Nothing was decided. Please open the link in the e-mail again in a moment.</p>`,
};

function after(approval: Approval): string {
  switch (approval.status) {
    case 'open':
      return 'Others have still to decide.';
    case 'approved':
      return 'It is approved.';
    case 'rejected':
      return 'It is rejected.';
    case 'expired':
      return 'It expired before all had decided.';
    case 'withdrawn':
      return 'It was withdrawn.';
  }
}

function subject({
  subject: { id, version, requestedBy, reason, risk = [], amount, currency, lines = [] },
  openedAt,
}: Approval): Html {
  const money = (minor: number | undefined) =>
    minor === undefined ? '' : currency ? formatMoney({ amount: minor, currency }) : String(minor);
  return html`<dl>
${row('Reference', `${id}, version ${version}`)}
${row('Requested by', requestedBy)}
${row('Requested on', readable(openedAt))}
${reason ? row('Reason', reason) : undefined}
${risk.length > 0 ? row('Risks', risk.join(', ')) : undefined}
${amount === undefined ? undefined : row('Amount', money(amount))}
</dl>
${
  lines.length > 0
    ? html`<table><thead><tr><th scope="col">What</th><th scope="col">Quantity</th><th scope="col">Amount</th></tr></thead><tbody>
${lines.map((line) => html`<tr><td>${line.text}</td><td>${line.quantity}</td><td>${money(line.amount)}</td></tr>`)}
</tbody></table>`
    : undefined
}`;
}

const row = (name: string, value: string): Html => html`<dt>${name}</dt><dd>${value}</dd>`;
