import type { Expression, ReferencePath } from './expression.ts';
import type { Json } from './json.ts';
import type { TaskResource } from './resource.ts';

// A state machine after parsing: every expression is compiled, every default is filled in where it does not depend on
// the execution, and what JSONPath and JSONata do alike has one name.

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A graph of states: a whole state machine, a branch of a Parallel state, or the item processor of a Map state. */
export interface Flow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export interface StateMachine extends Flow {
  readonly comment?: string;
  readonly queryLanguage: QueryLanguage;
  /** Seconds that an execution may take. */
  readonly timeoutSeconds?: number;
}

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

interface StateCommon {
  readonly name: string;
  readonly comment?: string;
  readonly queryLanguage: QueryLanguage;
  /** JSONPath: InputPath and OutputPath; `null` discards. Absent: `$`. */
  readonly inputPath?: Expression | null;
  readonly outputPath?: Expression | null;
  /** JSONata: Output. */
  readonly output?: Expression;
  /** Both: Assign, a template whose value is an object of variables. */
  readonly assign?: Expression;
}

interface Transition {
  /** The next state; absent where `End` is true. */
  readonly next?: string;
}

/** JSONPath: how a state turns its result into output. `resultPath: null` discards the result. Absent: `$`. */
interface ResultShaping {
  readonly resultSelector?: Expression;
  readonly resultPath?: ReferencePath | null;
}

interface Recovery {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds?: number;
  readonly jitterStrategy: 'NONE' | 'FULL';
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly resultPath?: ReferencePath | null;
  readonly output?: Expression;
  readonly assign?: Expression;
}

export interface PassState extends StateCommon, Transition {
  readonly type: 'Pass';
  readonly result?: Json;
  readonly parameters?: Expression;
  readonly resultPath?: ReferencePath | null;
}

/** A number written down, or an expression (JSONPath `…Path`, JSONata) that yields one. */
export type NumberField = number | Expression;

export interface TaskState extends StateCommon, Transition, ResultShaping, Recovery {
  readonly type: 'Task';
  readonly resource: TaskResource;
  /** JSONPath: Parameters; JSONata: Arguments. Absent: the input as it is. */
  readonly parameters?: Expression;
  readonly timeoutSeconds?: NumberField;
  readonly heartbeatSeconds?: NumberField;
  /** Evaluates to `{ RoleArn }`. */
  readonly credentials?: Expression;
}

export interface ChoiceState extends StateCommon {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default?: string;
}

export interface ChoiceRule {
  readonly condition: Condition;
  readonly next: string;
  readonly assign?: Expression;
  readonly output?: Expression;
}

export type Condition =
  | { readonly type: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly type: 'not'; readonly condition: Condition }
  /** `operator` is AWS's name without `Path`: StringEquals, IsPresent, …; `operand` is a literal or a path. */
  | {
      readonly type: 'compare';
      readonly variable: Expression;
      readonly operator: string;
      readonly operand: { readonly literal: Json } | { readonly path: Expression };
    }
  | { readonly type: 'jsonata'; readonly expression: Expression };

export interface WaitState extends StateCommon, Transition {
  readonly type: 'Wait';
  readonly until:
    | { readonly type: 'seconds'; readonly seconds: number }
    /** `path`: SecondsPath; otherwise a JSONata expression in Seconds. */
    | { readonly type: 'secondsExpression'; readonly expression: Expression; readonly path: boolean }
    | { readonly type: 'timestamp'; readonly timestamp: string }
    | { readonly type: 'timestampExpression'; readonly expression: Expression; readonly path: boolean };
}

export interface SucceedState extends StateCommon {
  readonly type: 'Succeed';
}

export interface FailState extends StateCommon {
  readonly type: 'Fail';
  readonly error?: string | Expression;
  readonly cause?: string | Expression;
}

export interface ParallelState extends StateCommon, Transition, ResultShaping, Recovery {
  readonly type: 'Parallel';
  readonly parameters?: Expression;
  readonly branches: readonly Flow[];
}

export interface MapState extends StateCommon, Transition, ResultShaping, Recovery {
  readonly type: 'Map';
  readonly processor: ItemProcessor;
  /** JSONPath: ItemsPath; JSONata: Items. Absent: the input. */
  readonly items?: Expression;
  readonly itemSelector?: Expression;
  /** JSONPath `Parameters` of a Map state: what ItemSelector was called before. */
  readonly parameters?: Expression;
  readonly maxConcurrency?: NumberField;
  readonly itemReader?: ItemReader;
  readonly itemBatcher?: ItemBatcher;
  readonly resultWriter?: ResultWriter;
  readonly label?: string;
  readonly toleratedFailureCount?: NumberField;
  readonly toleratedFailurePercentage?: NumberField;
}

export interface ItemProcessor extends Flow {
  /** INLINE for `Iterator` as well. */
  readonly mode: 'INLINE' | 'DISTRIBUTED';
  readonly executionType: 'STANDARD' | 'EXPRESS';
}

export interface ItemReader {
  readonly resource: string;
  readonly parameters?: Expression;
  readonly config: {
    readonly inputType?: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST' | 'PARQUET';
    readonly csvHeaderLocation?: 'FIRST_ROW' | 'GIVEN';
    readonly csvHeaders?: readonly string[];
    readonly csvDelimiter?: string;
    readonly maxItems?: NumberField;
    readonly transformation?: string;
    readonly manifestType?: string;
    readonly itemsPointer?: string;
  };
}

export interface ItemBatcher {
  readonly batchInput?: Expression;
  readonly maxItemsPerBatch?: NumberField;
  readonly maxInputBytesPerBatch?: NumberField;
}

export interface ResultWriter {
  readonly resource?: string;
  readonly parameters?: Expression;
  readonly config?: { readonly outputType?: string; readonly transformation?: string };
}
