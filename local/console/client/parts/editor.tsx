import { useEffect, useId, useRef } from 'preact/hooks';

export interface EditorProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
  /** Within the text, where a line alone does not say it: `/States/Fulfil/Next`. */
  readonly place?: string;
  readonly severity?: 'ERROR' | 'WARNING';
}

/** In pixels. */
const LINE = 20;

/** A text with numbered lines. What is wrong is said at its line, and once more in a list that leads there. */
export function Editor({
  label,
  text,
  onText,
  problems = [],
  rows = 12,
  readOnly = false,
  at,
}: {
  label: string;
  text: string;
  onText?: (text: string) => void;
  problems?: readonly EditorProblem[];
  rows?: number;
  readOnly?: boolean;
  /** The line to go to, whenever it is another object. */
  at?: { readonly line: number } | undefined;
}) {
  const numbers = useRef<HTMLPreElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const lines = text.split('\n').length;
  const marked = new Map(problems.map(({ line, severity = 'ERROR' }) => [line, severity]));
  const goTo = (line: number): void => {
    const start =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line > 1 ? 1 : 0);
    area.current!.focus();
    area.current!.setSelectionRange(start, start);
    area.current!.scrollTop = Math.max(0, (line - 4) * LINE);
  };
  useEffect(() => {
    if (at) area.current!.scrollTop = Math.max(0, (at.line - 4) * LINE);
  }, [at]);
  return (
    <div class="editor">
      <label for={id}>{label}</label>
      <div class="lines" style={{ '--height': `${rows * LINE + 18}px` }}>
        <pre ref={numbers} aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <span key={index} class={marked.has(index + 1) ? `mark ${marked.get(index + 1)}` : ''}>
              {index + 1}
              {'\n'}
            </span>
          ))}
        </pre>
        <textarea
          id={id}
          ref={area}
          value={text}
          readOnly={readOnly}
          spellcheck={false}
          wrap="off"
          dir="ltr"
          aria-invalid={problems.length > 0}
          aria-describedby={problems.length > 0 ? `${id}-problems` : undefined}
          onInput={({ currentTarget }) => onText?.(currentTarget.value)}
          onScroll={({ currentTarget }) => {
            numbers.current!.scrollTop = currentTarget.scrollTop;
            marks.current!.style.translate = `0 ${-currentTarget.scrollTop}px`;
          }}
        />
        <div class="marks" ref={marks} aria-hidden="true">
          {[...marked].map(([line, severity]) => (
            <p key={line} class={severity} style={{ top: `${8 + (line - 1) * LINE}px` }}>
              <bdi>{problems.flatMap((each) => (each.line === line ? each.message : [])).join(' · ')}</bdi>
            </p>
          ))}
          {at && <p class="at" style={{ top: `${8 + (at.line - 1) * LINE}px` }} />}
        </div>
      </div>
      <ul id={`${id}-problems`} class="problems" aria-live="polite">
        {problems.map(({ line, place, message, severity = 'ERROR' }) => (
          <li key={`${line} ${place} ${message}`} class={severity}>
            <button type="button" class="quiet small" onClick={() => goTo(line)}>
              Line {line}
            </button>
            <bdi>{place === undefined ? message : `${place}: ${message}`}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
