/** Texts that are remembered at most, by each function. */
const MOST = 4_000;

/**
 * The same function, which makes each result once: expressions come again whenever a definition is checked, created, changed
 * or loaded, and often within one. What was made first is forgotten first. Results are shared, so nobody may change them.
 */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    const [oldest = text] = results.keys();
    if (results.size >= MOST) results.delete(oldest);
    results.set(text, made);
    return made;
  };
}
