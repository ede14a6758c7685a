/** One revision of a function: what its execution environments are made from. */
export interface FunctionRevision {
  /** Unqualified. */
  readonly functionArn: string;
  readonly functionName: string;
  /** `$LATEST` or a number. */
  readonly version: string;
  /** Changes whenever code or configuration do. */
  readonly revisionId: string;
  readonly runtime: string;
  readonly handler: string;
  /** ARN of the role that it acts with. */
  readonly role: string;
  /** SHA-256 of the zip file, in hexadecimal: its name in the code store. */
  readonly codeHash: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  /** More than this many at a time are refused; absent: they wait. */
  readonly reservedConcurrency?: number;
}

export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  /** With the qualifier that the caller used. */
  readonly invokedFunctionArn: string;
  /** JSON text. */
  readonly clientContext?: string;
  readonly traceId?: string;
  readonly signal?: AbortSignal;
}

export interface InvocationResult {
  /** Present if the function failed. */
  readonly functionError?: 'Unhandled';
  /** JSON text: the function's result, or its error document. */
  readonly payload: string;
  /** Everything that was logged, the lines of the service included. */
  readonly log: string;
}

/** Runs functions. The real one uses worker threads; tests of what calls functions can do without. */
export interface FunctionRunner {
  /** Never rejects because the function failed. @throws ServiceError TooManyRequestsException */
  run(revision: FunctionRevision, invocation: Invocation): Promise<InvocationResult>;
  /** The code or configuration of this function (all its versions if none is named) is not needed any more. */
  retire(functionArn: string, version?: string): void;
  close(): Promise<void>;
}

/** A function of plain code instead of a bundle: `createInProcessRunner({ price: async (event) => … })`. */
export type InProcessHandler = (event: unknown, invocation: Invocation) => unknown;

/** Runs functions in this thread by name. For tests: nothing is limited, nothing is isolated. */
export function createInProcessRunner(handlers: Readonly<Record<string, InProcessHandler>>): FunctionRunner {
  return {
    async run(revision, invocation) {
      try {
        const handler = handlers[revision.functionName];
        if (!handler) throw new Error(`there is no handler for ${revision.functionName}`);
        const result = await handler(JSON.parse(invocation.payload), invocation);
        return { payload: JSON.stringify(result) ?? 'null', log: '' };
      } catch (error) {
        const { name, message } = error as Error;
        return {
          functionError: 'Unhandled',
          payload: JSON.stringify({ errorType: name, errorMessage: message, trace: [] }),
          log: '',
        };
      }
    },
    retire() {},
    async close() {},
  };
}
