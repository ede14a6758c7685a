import { createHash } from 'node:crypto';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { Html, html } from '../../domain/html.ts';

const STYLE = `:root{color-scheme:light dark;--line:#8884;--accent:#0b57d0;--no:#b3261e}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif}
main{max-width:38rem;margin:0 auto;padding:1.25rem 1rem 4rem}
h1{font-size:1.4rem;line-height:1.25;margin:.5rem 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0 0 1.25rem}
dt{opacity:.7}
dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;margin:0 0 1.5rem}
th,td{text-align:left;padding:.4rem .3rem;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th:not(:first-child),td:not(:first-child){text-align:right;white-space:nowrap}
form{display:flex;flex-wrap:wrap;gap:.75rem}
button{flex:1 1 10rem;min-height:3rem;font:inherit;font-weight:600;border-radius:.5rem;border:2px solid var(--accent);background:var(--accent);color:#fff;cursor:pointer}
button.no{background:none;border-color:var(--no);color:var(--no)}
@media (prefers-color-scheme:dark){:root{--accent:#2f6fe0;--no:#f2b8b5}}
button:focus-visible{outline:3px solid;outline-offset:2px}
.brand{opacity:.7;font-size:.9rem}`;

const STYLE_HASH = createHash('sha256').update(STYLE, 'utf8').digest('base64');

/** The style has to reach the browser exactly as it was hashed. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
};

/** Browsers ignore HSTS over plain HTTP; it is sent where the pages are on HTTPS. */
const HSTS = { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' };

export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  readonly cookie?: string;
}

/** A whole HTML document as the Lambda proxy integration answers it. No script, nothing loaded from anywhere. */
export function respond({ status, title, body, cookie }: Page, isSecure: boolean): APIGatewayProxyResult {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${STYLE_ELEMENT}
</head>
<body>
<main>
<p class="brand">Countersign</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  const headers = { ...HEADERS, ...(isSecure && HSTS), ...(cookie && { 'Set-Cookie': cookie }) };
  return { statusCode: status, headers, body: document.markup };
}
