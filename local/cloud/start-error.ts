/** The local cloud cannot start. The message says in one line what is in the way and what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: StartErrorCode;

  constructor(code: StartErrorCode, message: string, cause?: unknown) {
    super(message.replaceAll(/\s*\n\s*/g, ' '), { cause });
    this.code = code;
  }
}

export type StartErrorCode = 'PortInUse' | 'PortRefused' | 'DataFolderUnusable' | 'DataFolderInUse' | 'TemplateRefused';
