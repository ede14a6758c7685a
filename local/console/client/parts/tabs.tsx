import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { setQuery, usePlace } from '../lib/router.ts';

interface TabsProps {
  readonly label: string;
  /** By the name in the URL: the title, and the content. */
  readonly tabs: Readonly<Record<string, readonly [title: string, content: () => ComponentChildren]>>;
}

/** One of several contents; which one is part of the URL. Arrow keys go from tab to tab. */
export function Tabs({ label, tabs }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const names = Object.keys(tabs);
  const asked = usePlace().query.get('tab') ?? '';
  const current = names.includes(asked) ? asked : names[0]!;
  const go = (name: string): void => {
    setQuery({ tab: name === names[0] ? undefined : name });
    list.current!.querySelector<HTMLElement>(`[data-tab="${name}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    go(names[(names.indexOf(current) + step + names.length) % names.length]!);
  };
  return (
    <section class="tabs card">
      <div role="tablist" aria-label={label} ref={list}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            data-tab={name}
            aria-selected={name === current}
            aria-controls="tab-content"
            tabIndex={name === current ? 0 : -1}
            onClick={() => go(name)}
            onKeyDown={onKeyDown}
          >
            {tabs[name]![0]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-content" aria-labelledby={`tab-${current}`}>
        {tabs[current]![1]()}
      </div>
    </section>
  );
}
