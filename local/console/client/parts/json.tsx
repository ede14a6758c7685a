import { useState } from 'preact/hooks';
import { jsonProblem } from '../lib/json-problem.ts';
import { pretty } from '../lib/words.ts';
import { CopyButton } from './buttons.tsx';

/** So much is drawn at first: a page has to stay quick, whatever an execution carries. */
const FIRST = 20_000;

/** JSON text, laid out and coloured. Text that is no JSON is shown as it is. */
export function Json({ text, label }: { text: string; label: string }) {
  const [isWhole, setWhole] = useState(false);
  const full = pretty(text);
  const shown = isWhole ? full : full.slice(0, FIRST);
  return (
    <div class="json">
      <CopyButton text={full} label={`Copy ${label}`} />
      <section class="scroll" tabIndex={0} aria-label={label}>
        <pre>{shown.length > FIRST || jsonProblem(text) ? shown : coloured(shown)}</pre>
      </section>
      {shown.length < full.length && (
        <button type="button" class="small" onClick={() => setWhole(true)}>
          Show all {full.length.toLocaleString('en')} characters
        </button>
      )}
    </div>
  );
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function coloured(text: string) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(TOKENS)) {
    const [token, string, colon] = match;
    const kind = string === undefined ? 'value' : colon === undefined ? 'string' : 'name';
    const word = string ?? token;
    parts.push(text.slice(end, match.index), <span class={`j-${kind}`}>{word}</span>, colon ?? '');
    end = match.index + token.length;
  }
  parts.push(text.slice(end));
  return parts;
}
