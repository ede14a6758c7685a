import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { coalesce } from './coalesce.ts';
import { type Topic, useLive } from './live.ts';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly reload: () => void;
}

interface Options {
  /** Load again when these change. */
  readonly live?: readonly Topic[];
  /** Only if this one changed. */
  readonly about?: string;
  /** Load again every so many milliseconds, while the page is looked at. */
  readonly every?: number;
}

const NO_TOPICS: readonly Topic[] = [];

/** Loads what a view shows; what is shown stays until the next is there. @param key changes with what is asked for */
export function useLoad<T>(
  key: string,
  load: () => Promise<T>,
  { live = NO_TOPICS, about, every }: Options = {},
): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: Error }>({ key });
  const latest = useRef({ key, load, round: 0 });
  latest.current.key = key;
  latest.current.load = load;
  const loadNow = useCallback((): Promise<void> => {
    const { current } = latest;
    const round = ++current.round;
    const asked = current.key;
    const isCurrent = () => latest.current.round === round;
    return current.load().then(
      (value) => {
        if (isCurrent()) setState({ key: asked, value });
      },
      (error) => {
        if (isCurrent()) setState((before) => ({ ...(before.key === asked ? before : {}), key: asked, error }));
      },
    );
  }, []);
  const reload = useCallback(() => void loadNow(), []);
  useEffect(reload, [key]);
  const refresh = useMemo(() => coalesce(loadNow), []);
  useLive(live, refresh, about);
  useEffect(() => {
    if (every === undefined) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), every);
    return () => clearInterval(timer);
  }, [every]);
  return {
    value: state.key === key ? state.value : undefined,
    error: state.key === key ? state.error : undefined,
    reload,
  };
}
