import type { Mail } from '../mailbox.ts';
import type { ExecutionSummary } from '../stepfunctions/engine/ports.ts';
import { html, linkify } from './html.ts';
import { renderPage, time } from './page.ts';

export interface Overview {
  readonly now: number;
  readonly nextTimer: number | undefined;
  readonly mails: readonly Mail[];
  readonly executions: readonly ExecutionSummary[];
}

const STEPS = [
  { label: 'Skip 1 hour', name: 'seconds', value: '3600' },
  { label: 'Skip 1 day', name: 'seconds', value: '86400' },
  { label: 'Skip to the next timer', name: 'to', value: 'next-timer' },
] as const;

export function overviewPage({ now, nextTimer, mails, executions }: Overview): string {
  const running = executions.filter(({ status }) => status === 'RUNNING').length;
  return renderPage({
    title: 'Overview',
    place: 'start',
    content: html`<h1>Overview</h1>
<section class="card" aria-labelledby="mail"><h2 id="mail">Mailbox</h2>
<p><a href="/_local/mailbox">${mails.length} ${mails.length === 1 ? 'mail' : 'mails'}</a>${mails[0] && html`, the latest: ${mails[0].subject}`}</p>
</section>
<section class="card" aria-labelledby="executions"><h2 id="executions">Executions</h2>
<p><a href="/_local/executions">${running} running</a>, ${executions.length} shown</p>
</section>
<section class="card" aria-labelledby="clock"><h2 id="clock">Clock</h2>
<dl><dt>Now</dt><dd>${time(now)}</dd>
<dt>Next timer</dt><dd>${nextTimer === undefined ? 'none' : time(nextTimer)}</dd></dl>
<p class="quiet">What waits for a time (a reminder, an expiry, a retry) need not be waited for.</p>
<div class="buttons">${STEPS.map(
      ({ label, name, value }) =>
        html`<form method="post" action="/_local/clock/advance"><button name="${name}" value="${value}">${label}</button></form>`,
    )}</div>
</section>`,
  });
}

export function mailboxPage(mails: readonly Mail[]): string {
  const list = html`<ul class="list">${mails.map(
    ({ id, to, subject, sentAt }) => html`<li><a href="/_local/mailbox/${id}">
<span class="row"><span class="subject">${subject}</span><span class="quiet">${time(sentAt)}</span></span>
<span class="quiet">to ${to.join(', ')}</span></a></li>`,
  )}</ul>`;
  return renderPage({
    title: 'Mailbox',
    place: 'mailbox',
    watch: { url: '/_local/mailbox.json?newest', newest: mails[0]?.id ?? '' },
    content: html`<h1>Mailbox</h1>
<p class="quiet">Everything that this cloud mails ends here; nothing leaves the machine.</p>
<section class="card flush" aria-label="Mails">${mails.length > 0 ? list : html`<p class="card">No mail yet.</p>`}</section>`,
  });
}

export function mailPage({ id, from, to, subject, text, html: markup, sentAt }: Mail): string {
  const body =
    markup === undefined
      ? html`<pre class="mail-text">${linkify(text)}</pre>`
      : html`<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/_local/mailbox/${id}/html"></iframe>`;
  return renderPage({
    title: subject,
    place: 'mailbox',
    content: html`<p><a href="/_local/mailbox">← All mails</a></p>
<article class="card">
<h1>${subject}</h1>
<dl>${from === undefined ? undefined : html`<dt>From</dt><dd>${from}</dd>`}<dt>To</dt><dd>${to.join(', ')}</dd><dt>Sent</dt><dd>${time(sentAt)}</dd></dl>
</article>
<section class="card" aria-label="Text of the mail">${body}</section>`,
  });
}

/** The document of the frame: no script runs in it, and its links open outside of it. */
export const mailDocument = ({ html: markup = '' }: Mail): string => `<!doctype html><base target="_blank">${markup}`;

export function executionsPage(executions: readonly ExecutionSummary[]): string {
  const rows = executions.map(
    ({ name, revision, status, startedAt, stoppedAt }) => html`<tr>
<th scope="row">${name}</th><td>${revision.name}</td><td class="status-${status}">${status}</td>
<td>${time(startedAt)}</td><td>${stoppedAt === undefined ? '' : time(stoppedAt)}</td></tr>`,
  );
  return renderPage({
    title: 'Executions',
    place: 'executions',
    content: html`<h1>Executions</h1>
<section class="card flush scroll" aria-label="Executions"><table>
<thead><tr><th scope="col">Name</th><th scope="col">State machine</th><th scope="col">Status</th><th scope="col">Started</th><th scope="col">Ended</th></tr></thead>
<tbody>${rows}</tbody></table></section>`,
  });
}

export const notFoundPage = (): string =>
  renderPage({
    title: 'Not found',
    place: 'start',
    content: html`<h1>There is no such page</h1><p><a href="/_local/">Overview</a></p>`,
  });
