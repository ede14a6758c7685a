import { useId, useRef } from 'preact/hooks';

export interface EditorProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
  readonly severity?: 'ERROR' | 'WARNING';
}

/** A text with numbered lines, and what is wrong beside them. */
export function Editor({
  label,
  text,
  onText,
  problems = [],
  rows = 12,
  readOnly = false,
}: {
  label: string;
  text: string;
  onText?: (text: string) => void;
  problems?: readonly EditorProblem[];
  rows?: number;
  readOnly?: boolean;
}) {
  const numbers = useRef<HTMLPreElement>(null);
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
    area.current!.scrollTop = Math.max(0, (line - 4) * 20);
  };
  return (
    <div class="editor">
      <label for={id}>{label}</label>
      <div class="lines" style={{ height: `${rows * 20 + 18}px` }}>
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
          }}
        />
      </div>
      <ul id={`${id}-problems`} class="problems" aria-live="polite">
        {problems.map(({ line, message, severity = 'ERROR' }) => (
          <li key={`${line} ${message}`} class={severity}>
            <button type="button" class="quiet small" onClick={() => goTo(line)}>
              Line {line}
            </button>
            <bdi>{message}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
