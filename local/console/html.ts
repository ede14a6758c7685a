/** Text that is HTML already. Only `html` makes it, so whatever else goes into a page is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Html | string | number | undefined | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ESCAPES[char]!);

/** html`<p>${text}</p>`: escapes everything that is put in, except what is HTML itself. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Html =>
  new Html(parts.reduce((before, part, index) => before + render(contents[index - 1]) + part));

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escapeHtml(String(content));
  return content.map(render).join('');
}

// A link ends before what is more likely the sentence's than its own.
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Plain text as it is, its links clickable. */
export function linkify(text: string): Html {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    result += escapeHtml(text.slice(end, match.index));
    const url = escapeHtml(match[0]);
    result += `<a href="${url}" target="_blank" rel="noopener noreferrer">${url}</a>`;
    end = match.index + match[0].length;
  }
  return new Html(result + escapeHtml(text.slice(end)));
}
