// State machine definitions as far as they are drawn: everything may be missing or wrong, for a definition may be shown while
// it is written.

export interface AslRetrier {
  readonly ErrorEquals?: readonly string[];
  readonly MaxAttempts?: number;
}

export interface AslCatcher {
  readonly ErrorEquals?: readonly string[];
  readonly Next?: string;
}

export interface AslChoice {
  readonly Next?: string;
  readonly Condition?: string;
  readonly [operator: string]: unknown;
}

export interface AslState {
  readonly Type?: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly Parameters?: unknown;
  readonly Choices?: readonly AslChoice[];
  readonly Default?: string;
  readonly Branches?: readonly AslFlow[];
  readonly ItemProcessor?: AslProcessor;
  readonly Iterator?: AslProcessor;
  readonly Retry?: readonly AslRetrier[];
  readonly Catch?: readonly AslCatcher[];
}

export interface AslFlow {
  readonly Comment?: string;
  readonly StartAt?: string;
  readonly States?: Readonly<Record<string, AslState>>;
}

export interface AslProcessor extends AslFlow {
  readonly ProcessorConfig?: { readonly Mode?: string; readonly ExecutionType?: string };
}

export const processorOf = (state: AslState): AslProcessor | undefined => state.ItemProcessor ?? state.Iterator;

/** The flows within a state: branches of a Parallel, the processor of a Map. */
export function flowsOf(state: AslState): readonly AslFlow[] {
  const processor = processorOf(state);
  return state.Branches ?? (processor ? [processor] : []);
}

/** @returns undefined if the text is no JSON object */
export function parseDefinition(text: string): AslFlow | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AslFlow) : undefined;
  } catch {
    return undefined;
  }
}

/** The part that an execution runs: the whole, or for a child of a Distributed Map the processor at that path. */
export function flowAt(root: AslFlow, path: readonly (string | number)[] | null): AslFlow {
  let flow: AslFlow = root;
  let state: AslState | undefined;
  for (const step of path ?? []) {
    if (typeof step === 'number') flow = state?.Branches?.[step] ?? flow;
    else {
      if (state && processorOf(state)) flow = processorOf(state)!;
      state = flow.States?.[step];
    }
  }
  return state ? (processorOf(state) ?? flow) : flow;
}

/** How often a state may be tried in all, given the error that it failed with last. @returns 1 if it is not retried */
export function mostAttempts({ Retry = [] }: AslState, error: string | undefined): number {
  const usual = ({ MaxAttempts = 3 }: AslRetrier): number => MaxAttempts + 1;
  const fitting = Retry.find(
    ({ ErrorEquals = [] }) =>
      error === undefined ||
      ErrorEquals.includes(error) ||
      ErrorEquals.includes('States.ALL') ||
      (ErrorEquals.includes('States.TaskFailed') && error !== 'States.Timeout'),
  );
  return fitting ? usual(fitting) : 1;
}
