import type { Approval } from '../../domain/approval.ts';
import type { CodeStanding } from '../../domain/approval-code.ts';
import { type Html, html } from '../../domain/html.ts';

// Each is sent by its own button and by nothing else. Their addresses are relative, whatever stands in front of the API.

export interface FormSecrets {
  readonly secret: string;
  readonly nonce: string;
}

const hidden = ({ secret, nonce }: FormSecrets): Html => html`<input type="hidden" name="link" value="${secret}">
<input type="hidden" name="nonce" value="${nonce}">`;

/** With a field for the one-time code where one is needed; the code was mailed. */
export const decisionForm = (
  { needsCode }: Approval,
  standing: CodeStanding,
  form: FormSecrets,
): Html => html`<form method="post" action="?" class="decide">
${hidden(form)}
${
  needsCode
    ? html`<p id="about-code">${about(standing)}</p>
<label for="code">Code from the mail</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="16" aria-describedby="about-code" required>`
    : undefined
}
<div class="buttons">
<button name="decision" value="approve">Approve</button>
<button name="decision" value="reject" class="no">Reject</button>
</div>
</form>`;

/** Asks for a one-time code to be mailed. */
export const codeForm = (
  { approvalId }: Approval,
  standing: CodeStanding,
  form: FormSecrets,
): Html => html`<form method="post" action="${approvalId}/code" class="code">
${hidden(form)}
${
  standing.kind === 'live'
    ? html`<button class="quiet">Mail me another code</button>`
    : html`<p>${about(standing)}</p>
<button>Mail me a code</button>`
}
</form>`;

function about(standing: CodeStanding): string {
  switch (standing.kind) {
    case 'none':
      return 'For an amount like this the link alone is not enough: a code is needed too. It is mailed to you when you ask for it.';
    case 'expired':
      return 'The code that was mailed to you is out of date.';
    case 'used-up':
      return 'A wrong code was typed too often. Please ask for a new one.';
    case 'live':
      return `A code was mailed to you. It is good once, until ${standing.expiresAt.slice(11, 16)} UTC, for ${standing.triesLeft} ${standing.triesLeft === 1 ? 'try' : 'tries'}.`;
  }
}

/** Closed until it is wanted; absent where there is nobody to hand over to. */
export const handOverForm = (
  { approvalId, needsCode }: Approval,
  colleagues: readonly string[],
  form: FormSecrets,
): Html | undefined =>
  colleagues.length === 0
    ? undefined
    : html`<details><summary>Hand over to a colleague</summary>
<form method="post" action="${approvalId}/hand-over" class="hand-over">
${hidden(form)}
<label for="to">Who decides in your place? Your own link stops working.</label>
<select id="to" name="to" required>
${colleagues.map((address) => html`<option>${address}</option>`)}
</select>
${
  needsCode
    ? html`<label for="hand-over-code">The code that was mailed to you, as for deciding</label>
<input id="hand-over-code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="16" required>`
    : undefined
}
<button class="quiet">Hand over</button>
</form></details>`;
