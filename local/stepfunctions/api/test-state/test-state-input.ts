import { boolean, number, oneOf, required, structure, text, validate } from '../constraints.ts';

/** How much of what happened is told. */
export type InspectionLevel = 'INFO' | 'DEBUG' | 'TRACE';

/** How a mocked result is held against what the service would answer. */
export type FieldValidationMode = 'STRICT' | 'PRESENT' | 'NONE';

export interface Mock {
  /** JSON text. */
  readonly result?: string;
  readonly errorOutput?: { readonly error?: string; readonly cause?: string };
  readonly fieldValidationMode?: FieldValidationMode;
}

export interface TestStateInput {
  readonly definition: string;
  readonly roleArn?: string;
  readonly input?: string;
  readonly inspectionLevel?: InspectionLevel;
  readonly revealSecrets?: boolean;
  readonly variables?: string;
  readonly stateName?: string;
  readonly mock?: Mock;
  readonly context?: string;
  readonly stateConfiguration?: {
    readonly retrierRetryCount?: number;
    readonly errorCausedByState?: string;
    readonly mapIterationFailureCount?: number;
    readonly mapItemReaderData?: string;
  };
}

const LARGEST = 262_144;

export function checkInput(input: TestStateInput): void {
  validate(input, {
    definition: required(text({ min: 1, max: 1_048_576 })),
    roleArn: text({ min: 1, max: 256 }),
    input: text({ max: LARGEST }),
    inspectionLevel: oneOf('INFO', 'DEBUG', 'TRACE'),
    revealSecrets: boolean,
    variables: text({ max: LARGEST }),
    stateName: text({ min: 1, max: 80 }),
    mock: structure({
      result: text({ max: LARGEST }),
      errorOutput: structure({ error: text({ max: 256 }), cause: text({ max: 32_768 }) }),
      fieldValidationMode: oneOf('STRICT', 'PRESENT', 'NONE'),
    }),
    context: text({ max: LARGEST }),
    stateConfiguration: structure({
      retrierRetryCount: number(0),
      errorCausedByState: text({ min: 1, max: 80 }),
      mapIterationFailureCount: number(0),
      mapItemReaderData: text({ max: LARGEST }),
    }),
  });
}
