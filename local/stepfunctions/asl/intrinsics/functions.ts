import { createHash } from 'node:crypto';
import { createEntropy } from '../entropy.ts';
import type { Entropy } from '../expression.ts';
import { type Json, sameJson } from '../json.ts';
import { array, integer, limitedText, object, refuse, text } from './arguments.ts';
import { fill } from './format.ts';

export interface Intrinsic {
  /** The least and the greatest number of arguments. */
  readonly arity: readonly [number, number];
  /** @throws IntrinsicFailure */
  readonly apply: (args: readonly Json[], entropy: Entropy) => Json;
}

const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** AWS refuses longer ranges. */
const MAX_RANGE = 1000;

/** By name without `States.`. */
export const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Format: {
    arity: [1, Number.POSITIVE_INFINITY],
    apply: ([template, ...values]) => fill(text(template).split('{}'), values),
  },
  StringToJson: { arity: [1, 1], apply: ([source]) => parseJson(text(source)) },
  JsonToString: { arity: [1, 1], apply: ([value]) => JSON.stringify(value) },
  Array: { arity: [0, Number.POSITIVE_INFINITY], apply: (items) => [...items] },
  ArrayPartition: { arity: [2, 2], apply: ([items, size]) => partition(array(items), integer(size)) },
  ArrayContains: { arity: [2, 2], apply: ([items, item]) => array(items).some((member) => sameJson(member, item!)) },
  ArrayRange: { arity: [3, 3], apply: ([first, last, step]) => range(integer(first), integer(last), integer(step)) },
  ArrayGetItem: {
    arity: [2, 2],
    apply: ([items, index]) =>
      array(items)[integer(index)] ??
      refuse(`The index ${integer(index)} is out of bounds for an array of ${array(items).length} items`),
  },
  ArrayLength: { arity: [1, 1], apply: ([items]) => array(items).length },
  ArrayUnique: {
    arity: [1, 1],
    apply: ([items]) => array(items).filter((item, i, all) => all.findIndex((other) => sameJson(other, item)) === i),
  },
  Base64Encode: { arity: [1, 1], apply: ([data]) => Buffer.from(limitedText(data), 'utf8').toString('base64') },
  Base64Decode: { arity: [1, 1], apply: ([data]) => decodeBase64(limitedText(data)) },
  Hash: { arity: [2, 2], apply: ([data, algorithm]) => hash(data!, text(algorithm)) },
  JsonMerge: { arity: [3, 3], apply: ([first, second, deep]) => merge(first!, second!, deep!) },
  MathRandom: {
    arity: [2, 3],
    apply: ([start, end, seed], entropy) =>
      random(integer(start), integer(end), seed === undefined ? entropy : createEntropy(String(integer(seed)))),
  },
  MathAdd: { arity: [2, 2], apply: ([first, second]) => integer(first) + integer(second) },
  StringSplit: { arity: [2, 2], apply: ([source, delimiters]) => split(text(source), text(delimiters)) },
  UUID: { arity: [0, 0], apply: (_, entropy) => entropy.uuid() },
};

function parseJson(source: string): Json {
  try {
    return JSON.parse(source);
  } catch {
    return refuse(`The string is not valid JSON: ${source}`);
  }
}

function partition(items: Json[], size: number): Json {
  if (size <= 0) refuse('The chunk size must be a positive integer');
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function range(first: number, last: number, step: number): Json {
  if (step === 0) refuse('The increment must not be zero');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE) refuse(`The range must not have more than ${MAX_RANGE} items`);
  return Array.from({ length }, (_, i) => first + i * step);
}

function decodeBase64(data: string): string {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data)) refuse('The string is not valid Base64');
  return Buffer.from(data, 'base64').toString('utf8');
}

export function hash(data: Json, algorithm: string): string {
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm]! : undefined;
  if (name === undefined)
    return refuse(`The algorithm must be one of ${Object.keys(HASHES).join(', ')}, but was ${algorithm}`);
  return createHash(name)
    .update(limitedText(typeof data === 'string' ? data : JSON.stringify(data)), 'utf8')
    .digest('hex');
}

/** AWS has only the shallow merge; its third argument is there for a deep one to come. */
function merge(first: Json, second: Json, deep: Json): Json {
  if (deep !== false) refuse('Only the shallow merge is supported: the third argument must be false');
  return { ...object(first), ...object(second) };
}

/** `start` is included, `end` is not. */
function random(start: number, end: number, entropy: Entropy): number {
  if (start >= end) refuse('The start of the range must be less than its end');
  return start + Math.floor(entropy.next() * (end - start));
}

/** Each character of `delimiters` separates; empty pieces are dropped. */
function split(source: string, delimiters: string): Json {
  const separators = new Set(delimiters);
  const pieces: string[] = [''];
  for (const character of source) {
    if (separators.has(character)) pieces.push('');
    else pieces[pieces.length - 1] += character;
  }
  return pieces.filter((piece) => piece !== '');
}
