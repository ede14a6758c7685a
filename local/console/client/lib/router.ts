import { useLayoutEffect, useState } from 'preact/hooks';

export interface Place {
  /** Parts of the path below `/_local/`, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

const listeners = new Set<() => void>();

function here(): Place {
  const parts = location.pathname
    .replace(/^\/_local\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  return { parts, query: new URLSearchParams(location.search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function navigate(url: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  for (const listener of [...listeners]) listener();
}

/** Changes parts of the query, without a new entry in the browser's history. */
export function setQuery(change: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  navigate(`${location.pathname}${query.size > 0 ? `?${query}` : ''}`, { replace: true });
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  // At once: a link may be followed as soon as it is drawn.
  useLayoutEffect(() => {
    const update = (): void => setPlace(here());
    listeners.add(update);
    addEventListener('popstate', update);
    return () => {
      listeners.delete(update);
      removeEventListener('popstate', update);
    };
  }, []);
  return place;
}

/** Links to views change the view, not the document; all others are the browser's. Once per page. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest('a[href]');
    if (!link || link.hasAttribute('target') || link.hasAttribute('download')) return;
    const { origin, pathname, search, hash } = new URL(link.getAttribute('href')!, location.href);
    if (origin !== location.origin) return;
    if (pathname === location.pathname && search === location.search && hash !== '') return;
    if (!/^\/_local(\/|$)/.test(pathname) || /\.json$|\/html$/.test(pathname)) return;
    event.preventDefault();
    navigate(pathname + search);
    scrollTo(0, 0);
  });
}

/** `/_local/executions/<arn>` */
export const linkTo = (...parts: readonly string[]): string => `/_local/${parts.map(encodeURIComponent).join('/')}`;
