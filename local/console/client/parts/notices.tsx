import { useEffect, useState } from 'preact/hooks';

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

let notices: readonly Notice[] = [];
let show: (notices: readonly Notice[]) => void = () => {};
let lastId = 0;

/** Says something for a few seconds; refusals for longer. */
export function say(text: string, tone: Notice['tone'] = 'good'): void {
  const notice = { id: ++lastId, text, tone };
  notices = [...notices.slice(-3), notice];
  show(notices);
  setTimeout(() => dismiss(notice.id), tone === 'good' ? 3_000 : 10_000);
}

function dismiss(id: number): void {
  notices = notices.filter((notice) => notice.id !== id);
  show(notices);
}

export function Notices() {
  const [current, setCurrent] = useState(notices);
  useEffect(() => {
    show = setCurrent;
  }, []);
  return (
    <div class="notices" role="status" aria-live="polite">
      {current.map(({ id, text, tone }) => (
        <p key={id} class={`notice tone-${tone}`}>
          <bdi>{text}</bdi>
          <button type="button" class="quiet small" onClick={() => dismiss(id)} aria-label="Dismiss">
            ✕
          </button>
        </p>
      ))}
    </div>
  );
}
