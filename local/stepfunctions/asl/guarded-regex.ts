import { createContext, Script } from 'node:vm';

/** Milliseconds that one match may take. */
const TIMEOUT = 500;

/** Steps that a match may take in the worst case without being watched: some tenths of a second. */
const HARMLESS = 1e8;

/** A match took longer than a match may take. */
export class RegexTimeoutError extends Error {
  override readonly name = 'RegexTimeoutError';
}

/**
 * A regular expression whose matching ends. Some expressions backtrack for years on a short text, and nothing but the runtime
 * can interrupt that. Being interruptible costs a thread per match, so only what could take long is.
 */
export class GuardedRegex extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    if ((text.length + 1) ** exponent(this.source) <= HARMLESS) return super.exec(text);
    return interruptibly(() => super.exec(text));
  }
}

const exponents = new Map<string, number>();

/** Matching a text of n characters takes at most about n to the power of this many steps; Infinity if it is worse. */
function exponent(source: string): number {
  let known = exponents.get(source);
  if (known === undefined) {
    known = estimate(source);
    exponents.set(source, known);
  }
  return known;
}

/** Each repetition can be tried at each length, from each start: one power each. A repetition of what can vary is exponential. */
function estimate(source: string): number {
  let power = 1;
  // For each open group: whether its contents can match in more than one way.
  const groups: boolean[] = [false];
  for (const [token] of source.matchAll(
    /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\(|\)(?:[*+?]|\{[\d,]*\})?|[*+?|]|\{[\d,]*\}/g,
  )) {
    if (/^\\[1-9k]/.test(token)) return Number.POSITIVE_INFINITY;
    if (token === '(') groups.push(false);
    else if (token.startsWith(')')) {
      const varies = groups.pop() ?? false;
      if (token.length > 1 && token !== ')?' && varies) return Number.POSITIVE_INFINITY;
      if (token.length > 1) power++;
      groups.push((groups.pop() ?? false) || varies || token.length > 1);
    } else if (/^[*+?|{]/.test(token)) {
      if (token !== '|') power++;
      groups[groups.length - 1] = true;
    }
  }
  return power;
}

const sandbox: { work: () => unknown } = { work: () => undefined };
const context = createContext(sandbox);
const script = new Script('work()');

function interruptibly<T>(work: () => T): T {
  sandbox.work = work;
  try {
    return script.runInContext(context, { timeout: TIMEOUT }) as T;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new RegexTimeoutError('The regular expression takes too long');
  }
}
