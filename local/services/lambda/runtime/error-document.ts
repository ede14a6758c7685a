import { types } from 'node:util';

/** A promise that a function rejected and nobody awaited. */
export class UnhandledPromiseRejection extends Error {
  override readonly name = 'Runtime.UnhandledPromiseRejection';

  constructor(reason: unknown) {
    super(String(reason), { cause: reason });
  }
}

/** An error of the runtime itself: the handler is missing, is not a function, … */
export class RuntimeError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
    this.stack = `${name}: ${message}`;
  }
}

export interface ErrorDocument {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What the Node.js runtime of AWS Lambda answers for something thrown. Observed on AWS: members in this order. */
export function errorDocument(thrown: unknown): ErrorDocument {
  try {
    // instanceof fails for errors of other realms (node:vm); isNativeError fails for objects that only inherit from Error.
    if (types.isNativeError(thrown) || thrown instanceof Error) {
      const { name, message, stack } = thrown;
      return { errorType: String(name), errorMessage: String(message), trace: String(stack ?? '').split('\n') };
    }
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  } catch {
    // Something whose own members throw when they are read.
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
      trace: [],
    };
  }
}
