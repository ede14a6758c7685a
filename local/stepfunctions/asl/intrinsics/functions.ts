import { createHash } from 'node:crypto';
import { createEntropy } from '../entropy.ts';
import type { Entropy } from '../expression.ts';
import { distinct, type Json, type JsonObject, sameJson } from '../json.ts';
import { array, int32, limitedText, object, refuse, rounded, text, whole } from './arguments.ts';
import { format } from './format.ts';

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
  Format: { arity: [1, Number.POSITIVE_INFINITY], apply: ([template, ...values]) => format(text(template), values) },
  StringToJson: { arity: [1, 1], apply: ([source]) => parseJson(text(source)) },
  JsonToString: { arity: [1, 1], apply: ([value]) => JSON.stringify(value) },
  Array: { arity: [0, Number.POSITIVE_INFINITY], apply: (items) => [...items] },
  ArrayPartition: { arity: [2, 2], apply: ([items, size]) => partition(array(items), whole(size)) },
  ArrayContains: { arity: [2, 2], apply: ([items, item]) => array(items).some((member) => sameJson(member, item!)) },
  ArrayRange: { arity: [3, 3], apply: ([first, last, step]) => range(whole(first), whole(last), whole(step)) },
  ArrayGetItem: { arity: [2, 2], apply: ([items, index]) => itemAt(array(items), whole(index)) },
  ArrayLength: { arity: [1, 1], apply: ([items]) => array(items).length },
  ArrayUnique: {
    arity: [1, 1],
    apply: ([items]) => distinct(array(items)),
  },
  Base64Encode: { arity: [1, 1], apply: ([data]) => Buffer.from(limitedText(data), 'utf8').toString('base64') },
  // Like AWS's, Node's decoder passes over what is no Base64.
  Base64Decode: { arity: [1, 1], apply: ([data]) => Buffer.from(limitedText(data), 'base64').toString('utf8') },
  Hash: {
    arity: [2, 2],
    apply: ([data, algorithm]) =>
      digest(limitedText(typeof data === 'string' ? data : JSON.stringify(data)), text(algorithm)) ?? refuse(),
  },
  JsonMerge: { arity: [3, 3], apply: ([first, second, deep]) => merge(object(first), object(second), deep!) },
  MathRandom: {
    arity: [2, 3],
    apply: ([start, end, seed], entropy) =>
      random(whole(start), whole(end), seed === undefined ? entropy : createEntropy(String(whole(seed)))),
  },
  MathAdd: { arity: [2, 2], apply: ([first, second]) => int32(rounded(first) + rounded(second)) },
  StringSplit: { arity: [2, 2], apply: ([source, delimiters]) => split(text(source), text(delimiters)) },
  UUID: { arity: [0, 0], apply: (_, entropy) => entropy.uuid() },
};

function parseJson(source: string): Json {
  try {
    return JSON.parse(source);
  } catch {
    return refuse();
  }
}

function partition(items: Json[], size: number): Json {
  if (size < 1) refuse();
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function range(first: number, last: number, step: number): Json {
  if (step === 0) refuse();
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > MAX_RANGE) refuse();
  return Array.from({ length }, (_, i) => first + i * step);
}

/** An index beyond the end is refused, unless the array is empty: then AWS answers null. */
function itemAt(items: Json[], index: number): Json {
  if (items.length === 0 && index >= 0) return null;
  const item = items[index];
  return item === undefined ? refuse() : item;
}

/** @returns the digest in hexadecimal, or undefined if there is no such algorithm */
export function digest(data: string, algorithm: string): string | undefined {
  const name = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  return name === undefined ? undefined : createHash(name).update(data, 'utf8').digest('hex');
}

/** AWS has only the shallow merge; its third argument is there for a deep one to come. */
function merge(first: JsonObject, second: JsonObject, deep: Json): Json {
  return deep === false ? { ...first, ...second } : refuse();
}

/** `start` is included, `end` is not. */
function random(start: number, end: number, entropy: Entropy): number {
  return start < end ? start + Math.floor(entropy.next() * (end - start)) : refuse();
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
