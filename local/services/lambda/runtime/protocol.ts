// What a function's worker thread and the service tell each other.

export interface WorkerSetup {
  /** The folder of the unzipped code. */
  readonly taskRoot: string;
  /** `dist/place-order/index.handler` */
  readonly handler: string;
  /** `nodejs24.x` */
  readonly runtime: string;
  readonly logFormat: 'Text' | 'JSON';
  /** One Float64: how far the cloud's clock is ahead of the machine's, in milliseconds. */
  readonly clockOffset: SharedArrayBuffer;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly invokedFunctionArn: string;
  readonly timeoutMilliseconds: number;
  /** JSON text. */
  readonly clientContext?: string;
  readonly traceId?: string;
}

export type WorkerMessage =
  /** The handler was loaded. */
  | { readonly type: 'ready' }
  /** JSON text of the result. */
  | { readonly type: 'result'; readonly payload: string }
  /** JSON text of `{errorType, errorMessage, trace}`. `fatal`: the thread ends, as after an error that nobody caught. */
  | { readonly type: 'error'; readonly payload: string; readonly fatal: boolean }
  | { readonly type: 'log'; readonly text: string };
