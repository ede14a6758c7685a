import { createEntropy } from '../entropy.ts';
import { digest } from '../intrinsics/functions.ts';
import type { Json } from '../json.ts';
import { MAX_BYTES, outOfMemory } from './guards.ts';
import { host, library } from './library.ts';

/** `this` of a function that the library calls. */
interface Focus {
  createSequence(): Json[];
}

/** AWS's limit for `$range`, as measured and published by others. */
const MAX_RANGE = 360_145;

/** How JSONata's own `$error` fails: the code is the one that AWS's functions use. */
const failure = (message: string) => ({ code: 'D3137', message });

// Parameters that may be missing end in `?`. What is undefined, or makes no sense, gives undefined, as in JSONata's own functions.

function partition(items?: Json[], size?: number): Json[][] | undefined {
  if (items === undefined || items.length === 0) return undefined;
  if (size === undefined) return [items];
  const whole = Math.trunc(size);
  if (whole < 0) throw failure('Second argument must be zero or greater');
  if (whole === 0) return undefined;
  return Array.from({ length: Math.ceil(items.length / whole) }, (_, i) => items.slice(i * whole, (i + 1) * whole));
}

function range(this: Focus, first?: number, last?: number, step?: number): Json[] | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const [start, by] = [Math.trunc(first), Math.trunc(step)];
  const length = by === 0 ? 0 : Math.floor((Math.trunc(last) - start) / by) + 1;
  if (length > MAX_RANGE) throw outOfMemory();
  // A sequence: a range of one number is that number, and an empty one is nothing, as everywhere in JSONata.
  const sequence = this.createSequence();
  for (let i = 0; i < length; i++) sequence.push(start + i * by);
  return sequence;
}

function hash(content?: string, algorithm?: string): string | undefined {
  if (content === undefined || algorithm === undefined) return undefined;
  const result = digest(content, algorithm);
  if (result === undefined) throw failure(`Unsupported hash algorithm: ${algorithm}`);
  return result;
}

function random(seed?: number): number {
  return (seed === undefined ? host.scope!.entropy : createEntropy(String(Math.floor(seed)))).next();
}

function uuid(): string {
  return host.scope!.entropy.uuid();
}

function parse(source?: string): Json | undefined {
  if (source === undefined) return undefined;
  try {
    return JSON.parse(source);
  } catch {
    throw failure('Invalid JSON');
  }
}

const libraryPad = library('$pad').evaluate(undefined, {}) as { implementation: (...args: unknown[]) => unknown };

/** JSONata's own, which would build any length that it is asked for. */
function pad(this: Focus, text?: string, width?: number, filling?: string): unknown {
  if (width !== undefined && Math.abs(width) > MAX_BYTES) throw outOfMemory();
  return libraryPad.implementation.call(this, text, width, filling);
}

/**
 * The functions that AWS adds to JSONata, by name, as the library's own objects, ready to be bound.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const AWS_FUNCTIONS: Readonly<Record<string, unknown>> = Object.fromEntries(
  (
    [
      ['partition', partition, '<an?:a>'],
      ['range', range, '<nnn?:a>'],
      ['hash', hash, '<ss?:s>'],
      ['random', random, '<n?:n>'],
      ['uuid', uuid, '<:s>'],
      ['parse', parse, '<s?:x>'],
      ['pad', pad, '<s-ns?:s>'],
    ] as const
  ).map(([name, implementation, signature]) => {
    const carrier = library(`$${name}`);
    carrier.registerFunction(name, implementation, signature);
    return [name, carrier.evaluate(undefined, {})];
  }),
);
