import { createHash } from 'node:crypto';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { Html, html } from '../../domain/html.ts';
import { STYLE } from './style.ts';

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
  /** Whether it tells of something done or refused. */
  readonly tone?: 'good' | 'bad';
  readonly cookie?: string;
}

/** A whole HTML document as the Lambda proxy integration answers it. No script, nothing loaded from anywhere. */
export function respond({ status, title, body, tone, cookie }: Page, isSecure: boolean): APIGatewayProxyResult {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${STYLE_ELEMENT}
</head>
<body>
<main${tone ? html` class="${tone}"` : undefined}>
<p class="brand">Countersign</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
  return {
    statusCode: status,
    headers: { ...securityHeaders(isSecure), ...(cookie && { 'Set-Cookie': cookie }) },
    body: document.markup,
  };
}

/** After a form: the browser goes and gets another page, and going back or reloading sends nothing twice. */
export const redirect = (to: string, isSecure: boolean): APIGatewayProxyResult => ({
  statusCode: 303,
  headers: { ...securityHeaders(isSecure), Location: to },
  body: '',
});

const securityHeaders = (isSecure: boolean): Record<string, string> => ({ ...HEADERS, ...(isSecure && HSTS) });
