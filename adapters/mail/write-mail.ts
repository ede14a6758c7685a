import type { Mail } from '../../domain/ports.ts';
import { mailHtml } from './mail-html.ts';

/** What a mail says, part by part. Its text and its HTML are made from the same parts, so they can't say different things. */
export type MailPart =
  | { readonly paragraph: string }
  | { readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly list: readonly string[] }
  /** The one thing to do. */
  | { readonly button: string; readonly link: string }
  /** Small print. */
  | { readonly note: string };

export interface Letter {
  readonly to: string;
  /** Any characters: mailers make it fit. */
  readonly subject: string;
  readonly title: string;
  readonly parts: readonly MailPart[];
}

export const writeMail = ({ to, subject, title, parts }: Letter): Mail => ({
  to,
  subject,
  text: [title, ...parts.map(partText)].join('\n\n'),
  html: mailHtml(title, parts).markup,
});

function partText(part: MailPart): string {
  if ('paragraph' in part) return part.paragraph;
  if ('facts' in part) return part.facts.map(([name, value]) => `  ${name}: ${value}`).join('\n');
  if ('list' in part) return part.list.map((item) => `  - ${item}`).join('\n');
  if ('button' in part) return `${part.button}:\n${part.link}`;
  return part.note;
}
