import type { Mail, Mailbox } from '../mailbox.ts';
import type { ClientBundle } from './client-bundle.ts';
import { type Html, html, linkify } from './html.ts';

/** First parts of the paths of views, below `/_local`. */
const VIEWS = ['', 'executions', 'machines', 'app', 'mailbox', 'clock', 'services'];

export const isView = (path: string): boolean => VIEWS.includes(path.split('/')[2] ?? '');

/**
 * The document around every view, which the client draws. Without scripts, the mailbox can be read all the same.
 * @param path `/_local/mailbox`
 */
export function shell(path: string, name: string, { js, css }: ClientBundle, mailbox: Mailbox): string {
  return `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%234f6ef7'/%3E%3Cpath d='M4.5 8.2l2.4 2.4 4.6-5' fill='none' stroke='white' stroke-width='1.8'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/_local/assets/console.css?${css.version}">
<script type="module" src="/_local/assets/console.js?${js.version}"></script>
</head>
<body>
<div id="app"></div>
<noscript>${withoutScripts(path, mailbox)}</noscript>
</body>
</html>
`.text
}`;
}

function withoutScripts(path: string, mailbox: Mailbox): Html {
  const [, id] = /^\/_local\/mailbox\/([\w-]+)$/.exec(path) ?? [];
  const mail = id === undefined ? undefined : mailbox.get(id);
  if (mail) return plainMail(mail);
  if (path === '/_local/mailbox') return plainMails(mailbox.list().slice(0, 200));
  return html`<p>This console needs scripts. <a href="/_local/mailbox">The mailbox</a> can be read without.</p>`;
}

const plainMails = (mails: readonly Mail[]): Html => html`<h1>Mailbox</h1>
<ul>${mails.map(
  ({ id, to, subject }) => html`<li><a href="/_local/mailbox/${id}">${subject}</a> to ${to.join(', ')}</li>`,
)}</ul>`;

const plainMail = ({ id, to, subject, text, html: markup }: Mail): Html => html`<h1>${subject}</h1>
<p>to ${to.join(', ')}</p>
<pre>${linkify(text)}</pre>${markup === undefined ? undefined : html`<p><a href="/_local/mailbox/${id}/html">as HTML</a></p>`}`;

/** The document of the frame that shows a mail: no script runs in it, and its links open outside of it. */
export const mailDocument = ({ html: markup = '' }: Mail): string => `<!doctype html><base target="_blank">${markup}`;
