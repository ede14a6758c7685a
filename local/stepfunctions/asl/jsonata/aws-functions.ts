import { createEntropy } from '../entropy.ts';
import type { Scope } from '../expression.ts';
import { IntrinsicFailure } from '../intrinsics/arguments.ts';
import { hash } from '../intrinsics/functions.ts';
import type { Json } from '../json.ts';
import { library } from './library.ts';

/** `this` of a function that the library calls. */
interface Focus {
  createSequence(): Json[];
}

/** An error as the library throws it: AWS prints the code before the message. */
export interface LibraryError {
  readonly code: string;
  readonly message: string;
}

/** AWS's limit for ranges; JSONata's own is for `[a..b]`. */
const MAX_RANGE = 1000;

type AwsFunction = readonly [signature: string, implementation: (this: Focus, ...args: never[]) => unknown];

/** The scope of the evaluation that is going on: evaluation is synchronous, so there is never more than one. */
let current: Scope;

export const setScope = (scope: Scope): void => {
  current = scope;
};

/** The functions that AWS adds to JSONata. https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
const FUNCTIONS: Readonly<Record<string, AwsFunction>> = {
  partition: [
    '<an:a>',
    (items: Json[], size: number) => {
      if (!(size >= 1)) throw failure('the chunk size must be a positive integer');
      const whole = Math.floor(size);
      return Array.from({ length: Math.ceil(items.length / whole) }, (_, i) => items.slice(i * whole, (i + 1) * whole));
    },
  ],
  // A sequence: a range of one number is that number, as everywhere in JSONata.
  range: [
    '<nnn:a>',
    function (first: number, last: number, step: number) {
      if (step === 0) throw failure('the step must not be zero');
      const length = Math.max(0, Math.floor((last - first) / step) + 1);
      if (length > MAX_RANGE) throw failure(`the range must not have more than ${MAX_RANGE} items`);
      const sequence = this.createSequence();
      for (let i = 0; i < length; i++) sequence.push(first + i * step);
      return sequence;
    },
  ],
  hash: ['<s-s:s>', (content: string, algorithm: string) => hash(content, algorithm)],
  random: ['<n?:n>', (seed?: number) => (seed === undefined ? current.entropy : createEntropy(String(seed))).next()],
  uuid: ['<:s>', () => current.entropy.uuid()],
  parse: ['<s-:x>', (text: string) => JSON.parse(text)],
};

const failure = (message: string): IntrinsicFailure => new IntrinsicFailure(message);

/** The functions as the library's own objects, by name, ready to be bound. */
export const AWS_FUNCTIONS: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(FUNCTIONS).map(([name, [signature, implementation]]) => {
    const carrier = library(`$${name}`);
    carrier.registerFunction(name, implementation, signature);
    return [name, carrier.evaluate(undefined, {})];
  }),
);
