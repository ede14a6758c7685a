import { type Html, html } from './html.ts';

export interface Page {
  readonly title: string;
  /** Which entry of the navigation it is. */
  readonly place: 'start' | 'mailbox' | 'executions';
  readonly content: Html;
  /** Where the page asks whether it is still up to date, and what it shows now. */
  readonly watch?: { readonly url: string; readonly newest: string };
}

const PLACES = [
  { place: 'start', url: '/_local/', name: 'Overview' },
  { place: 'mailbox', url: '/_local/mailbox', name: 'Mailbox' },
  { place: 'executions', url: '/_local/executions', name: 'Executions' },
] as const;

/** The frame around every page of the console. */
export const renderPage = ({ title, place, content, watch }: Page): string => `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · local cloud</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_local/console.css">
<script type="module" src="/_local/console.js"></script>
</head>
<body data-watch="${watch?.url}" data-newest="${watch?.newest}">
<a class="skip" href="#content">Skip to the content</a>
<header>
<strong>Local cloud</strong>
<nav aria-label="Console">${PLACES.map((each) =>
    each.place === place
      ? html`<a href="${each.url}" aria-current="page">${each.name}</a>`
      : html`<a href="${each.url}">${each.name}</a>`,
  )}</nav>
</header>
<main id="content">
${content}
</main>
</body>
</html>
`.text
}`;

/** `2026-03-01 12:00:00 UTC`, readable by people and by programs. */
export const time = (at: number): Html => {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace('T', ' ')} UTC</time>`;
};
