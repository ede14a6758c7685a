import { Html, html } from '../../domain/html.ts';
import type { MailPart } from './write-mail.ts';

// Mail programs drop style sheets, scripts and most of CSS: everything that matters is inline, in one column, on tables.
// What a dark theme changes is in the one style element, which only programs with a dark theme have to understand. Nothing is
// loaded from anywhere: no image, no font.

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const WRAP = 'overflow-wrap:anywhere;word-break:break-word';

const DARK = new Html(`<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.page{background:#16181c!important}
.card{background:#212429!important;border-color:#3a3f47!important}
.ink{color:#eceef1!important}
.quiet{color:#a6adb8!important}
.rule{border-color:#3a3f47!important}
}
</style>`);

export function mailHtml(title: string, parts: readonly MailPart[]): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${title}</title>
${DARK}
</head>
<body class="page" style="margin:0;padding:0;background:#f2f4f7;-webkit-text-size-adjust:100%">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;text-align:left">
<tr><td class="quiet" style="${FONT};font-size:14px;line-height:20px;color:#5b6472;padding:0 4px 12px">Countersign</td></tr>
<tr><td class="card" style="background:#ffffff;border:1px solid #dde1e7;border-radius:12px;padding:24px 20px">
<h1 class="ink" style="${FONT};font-size:22px;line-height:28px;font-weight:600;color:#16181c;margin:0 0 16px;${WRAP}">${title}</h1>
${parts.map(partHtml)}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function partHtml(part: MailPart): Html {
  if ('paragraph' in part) return paragraph(part.paragraph);
  if ('facts' in part) return facts(part.facts);
  if ('list' in part) return list(part.list);
  if ('button' in part) return button(part.button, part.link);
  return note(part.note);
}

const paragraph = (text: string): Html =>
  html`<p class="ink" style="${FONT};font-size:16px;line-height:24px;color:#16181c;margin:0 0 16px;${WRAP}">${text}</p>
`;

const note = (text: string): Html =>
  html`<p class="quiet" style="${FONT};font-size:14px;line-height:20px;color:#5b6472;margin:0 0 12px;${WRAP}">${text}</p>
`;

const facts = (rows: readonly (readonly [string, string])[]): Html =>
  html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 16px">
${rows.map(
  ([name, value]) => html`<tr><td class="rule" style="border-top:1px solid #dde1e7;padding:8px 0;${FONT}">
<span class="quiet" style="display:block;font-size:13px;line-height:18px;color:#5b6472">${name}</span>
<span class="ink" style="display:block;font-size:16px;line-height:24px;color:#16181c;${WRAP}">${value}</span>
</td></tr>
`,
)}</table>
`;

const list = (items: readonly string[]): Html =>
  html`<ul class="ink" style="${FONT};font-size:16px;line-height:24px;color:#16181c;margin:0 0 16px;padding:0 0 0 20px">
${items.map(
  (item) => html`<li style="margin:0 0 4px;${WRAP}">${item}</li>
`,
)}</ul>
`;

/** As wide as the mail and 52 pixels high: a thumb hits it. The address below is for programs that show no buttons. */
const button = (label: string, link: string): Html =>
  html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:8px 0 12px"><tr>
<td align="center" bgcolor="#0b57d0" style="background:#0b57d0;border-radius:8px">
<a href="${link}" style="display:block;padding:14px 20px;${FONT};font-size:18px;line-height:24px;font-weight:600;color:#ffffff;text-decoration:none">${label}</a>
</td></tr></table>
<p class="quiet" style="${FONT};font-size:13px;line-height:18px;color:#5b6472;margin:0 0 16px;${WRAP}">${link}</p>
`;
