import { BlockList, isIP } from 'node:net';

/** The pattern breaks a rule of the language; the message is AWS's reason where known. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

export type Matcher = (value: unknown) => boolean;

/**
 * Compiles an event pattern of EventBridge or a filter policy of SNS, whose languages are the same.
 * @returns whether an event matches. Of an array in the event, one element has to match.
 * @throws PatternError
 */
export function compilePattern(pattern: unknown): Matcher {
  if (!isObject(pattern)) throw new PatternError('Filter is not an object');
  if (Object.keys(pattern).length === 0) throw new PatternError('Empty patterns are not allowed');
  return compileObject(pattern);
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compileObject(pattern: Fields): Matcher {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new PatternError('Empty objects are not allowed');
  const fields = entries.map(([name, part]) => (isOr(name, part) ? compileOr(part) : compileField(name, part)));
  return (value) => anyElement(value, (element) => fields.every((matches) => matches(element)));
}

/** A field may be called `$or`: it is the operator if it lists at least two patterns. */
const isOr = (name: string, part: unknown): part is Fields[] =>
  name === '$or' && Array.isArray(part) && part.length > 1 && part.every(isObject);

function compileOr(alternatives: readonly Fields[]): Matcher {
  const matchers = alternatives.map(compileObject);
  return (value) => matchers.some((matches) => matches(value));
}

function compileField(name: string, part: unknown): Matcher {
  const read = (value: unknown) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  if (isObject(part)) {
    const matches = compileObject(part);
    return (value) => matches(read(value));
  }
  if (!Array.isArray(part)) throw new PatternError(`"${name}" must be an object or an array`);
  if (part.length === 0) throw new PatternError('Empty arrays are not allowed');
  const rules = part.map(compileRule);
  return (value) => rules.some((matches) => matches(read(value)));
}

/** An element of an array has to match as a whole, so that its fields belong together. */
function anyElement(value: unknown, matches: Matcher): boolean {
  return Array.isArray(value) ? value.some((element) => anyElement(element, matches)) : matches(value);
}

/** What is in the list of a field: a value or an operator. */
function compileRule(rule: unknown): Matcher {
  if (Array.isArray(rule)) throw new PatternError('Array elements may not be arrays');
  const matches = isObject(rule) ? compileOperator(rule) : equals(rule);
  // Absence is about the field, not about its elements.
  if (isObject(rule) && 'exists' in rule) return matches;
  return (value) => anyElement(value, matches);
}

const equals =
  (wanted: unknown): Matcher =>
  (value) =>
    value === wanted;

function compileOperator(rule: Fields): Matcher {
  const [[name, operand] = ['', undefined], ...others] = Object.entries(rule);
  if (others.length > 0) throw new PatternError('Only one key allowed in match expression');
  switch (name) {
    case 'exists':
      return compileExists(operand);
    case 'anything-but':
      return compileAnythingBut(operand);
    case 'numeric':
      return compileNumeric(operand);
    case 'cidr':
      return compileCidr(operand);
    default: {
      const matches = compileText(name, operand);
      if (!matches) throw new PatternError(`Unrecognized match type ${name}`);
      return matches;
    }
  }
}

/** Operators on strings, which `anything-but` takes too. */
function compileText(name: string, operand: unknown): Matcher | undefined {
  const onText =
    (matches: (text: string) => boolean): Matcher =>
    (value) =>
      typeof value === 'string' && matches(value);
  switch (name) {
    case 'prefix':
    case 'suffix': {
      const { text, fold } = affix(name, operand);
      return onText((value) => (name === 'prefix' ? fold(value).startsWith(text) : fold(value).endsWith(text)));
    }
    case 'equals-ignore-case': {
      const wanted = textOf(name, operand).toLowerCase();
      return onText((value) => value.toLowerCase() === wanted);
    }
    case 'wildcard': {
      return onText(compileWildcard(textOf(name, operand)));
    }
    default:
      return undefined;
  }
}

function textOf(name: string, operand: unknown): string {
  if (typeof operand !== 'string') throw new PatternError(`${name} match pattern must be a string`);
  return operand;
}

function affix(name: string, operand: unknown): { text: string; fold: (text: string) => string } {
  if (isObject(operand) && 'equals-ignore-case' in operand) {
    return { text: textOf(name, operand['equals-ignore-case']).toLowerCase(), fold: (text) => text.toLowerCase() };
  }
  return { text: textOf(name, operand), fold: (text) => text };
}

/** `*` is any text; `\*` and `\\` are the characters. Compared piece by piece, as no expression engine is needed and none can be led astray. */
function compileWildcard(pattern: string): (text: string) => boolean {
  const pieces = wildcardPieces(pattern);
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let position = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, position);
      if (found < 0) return false;
      position = found + piece.length;
    }
    return position <= text.length - last.length;
  };
}

/** The texts between the stars. */
function wildcardPieces(pattern: string): string[] {
  const pieces = [''];
  for (let index = 0; index < pattern.length; index++) {
    let character = pattern[index]!;
    if (character === '*') {
      if (pattern[index + 1] === '*') throw new PatternError('Consecutive wildcard characters are not allowed');
      pieces.push('');
      continue;
    }
    if (character === '\\') {
      character = pattern[++index] ?? '';
      if (character !== '*' && character !== '\\')
        throw new PatternError('Invalid escape character in wildcard pattern');
    }
    pieces[pieces.length - 1] += character;
  }
  return pieces;
}

function compileExists(operand: unknown): Matcher {
  if (typeof operand !== 'boolean') throw new PatternError('exists match pattern must be either true or false.');
  const isLeaf = (value: unknown): boolean =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && !isObject(value);
  return (value) => isLeaf(value) === operand;
}

function compileAnythingBut(operand: unknown): Matcher {
  const excluded = isObject(operand) ? compileExcludedOperator(operand) : compileExcludedValues(operand);
  return (value) => value !== undefined && !isObject(value) && !excluded(value);
}

function compileExcludedValues(operand: unknown): Matcher {
  const values = Array.isArray(operand) ? operand : [operand];
  if (values.length === 0 || values.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    throw new PatternError('Value of anything-but must be an array or single string/number value.');
  }
  return (value) => values.includes(value);
}

function compileExcludedOperator(operand: Fields): Matcher {
  const [[name, given] = ['', undefined]] = Object.entries(operand);
  const matchers = (Array.isArray(given) ? given : [given]).map((one) => compileText(name, one));
  if (matchers.length === 0 || matchers.includes(undefined))
    throw new PatternError(`Unsupported anything-but pattern: ${name}`);
  return (value) => matchers.some((matches) => matches!(value));
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compileNumeric(operand: unknown): Matcher {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw new PatternError('Invalid member in numeric match');
  const conditions = [operand.slice(0, 2), operand.slice(2)].filter((pair) => pair.length === 2);
  const checks = conditions.map(([sign, limit]): Matcher => {
    const compare = Object.hasOwn(COMPARISONS, String(sign)) ? COMPARISONS[String(sign)]! : undefined;
    if (!compare) throw new PatternError(`Unrecognized numeric range operator: ${sign}`);
    if (typeof limit !== 'number') throw new PatternError('Value of numeric match must be numeric');
    return (value) => typeof value === 'number' && compare(value, limit);
  });
  return (value) => checks.every((matches) => matches(value));
}

function compileCidr(operand: unknown): Matcher {
  const [address = '', bits] = textOf('cidr', operand).split('/');
  const family = isIP(address);
  const prefix = Number(bits ?? (family === 4 ? 32 : 128));
  if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) {
    throw new PatternError('Malformed CIDR, one / required');
  }
  const network = new BlockList();
  network.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return (value) => {
    const version = typeof value === 'string' ? isIP(value) : 0;
    return version === family && network.check(value as string, family === 4 ? 'ipv4' : 'ipv6');
  };
}
