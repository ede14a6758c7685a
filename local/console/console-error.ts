/** A request that cannot be fulfilled; the message says why. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly status: number;
  /** The name of the error where a service refused: `ExecutionAlreadyExists`. */
  readonly code: string | undefined;

  constructor(status: number, message: string, code?: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
