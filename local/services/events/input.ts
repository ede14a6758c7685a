import { ServiceError } from '../../aws/service.ts';

/** How a target's input is made of an event. At most one is given. */
export interface InputOptions {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate?: string;
  };
}

/** @throws ServiceError ValidationException */
export function checkInput(options: InputOptions): void {
  const { Input, InputPath, InputTransformer } = options;
  if ([Input, InputPath, InputTransformer].filter((one) => one !== undefined).length > 1) {
    throw invalid('Only one of Input, InputPath, or InputTransformer must be provided for a target.');
  }
  if (Input !== undefined) {
    try {
      JSON.parse(Input);
    } catch {
      throw invalid('JSON syntax error in input for target.');
    }
  }
  if (InputPath !== undefined) readPath({}, InputPath);
  if (!InputTransformer) return;
  const paths = InputTransformer.InputPathsMap ?? {};
  for (const [name, path] of Object.entries(paths)) {
    if (name.startsWith('aws.')) throw invalid(`InputPathsMap has the reserved name ${name}.`);
    readPath({}, path);
  }
  for (const [, name] of (InputTransformer.InputTemplate ?? '').matchAll(PLACEHOLDER)) {
    if (!name!.startsWith('aws.') && !Object.hasOwn(paths, name!)) {
      throw invalid(`InputTemplate for target contains placeholder <${name}> that is not in InputPathsMap.`);
    }
  }
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

const PLACEHOLDER = /<([\w.-]+)>/g;

export interface RuleNames {
  readonly arn: string;
  readonly name: string;
}

/** @returns what the target gets: text, mostly JSON */
export function targetInput(
  { Input, InputPath, InputTransformer }: InputOptions,
  event: object,
  rule: RuleNames,
): string {
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(readPath(event, InputPath) ?? null);
  if (!InputTransformer) return JSON.stringify(event);
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': (event as { time?: string }).time,
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  for (const [name, path] of Object.entries(InputTransformer.InputPathsMap ?? {})) values[name] = readPath(event, path);
  return fill(InputTransformer.InputTemplate ?? '', values);
}

function withoutDetail(event: object): object {
  const { detail: _, ...rest } = event as { detail?: unknown };
  return rest;
}

/** Inside quotes a value is text; outside it is JSON. */
function fill(template: string, values: Readonly<Record<string, unknown>>): string {
  let inString = false;
  let filled = '';
  for (let index = 0; index < template.length; index++) {
    const character = template[index]!;
    const name = character === '<' ? /^<([\w.-]+)>/.exec(template.slice(index))?.[1] : undefined;
    if (name !== undefined && Object.hasOwn(values, name)) {
      const value = values[name];
      const json = JSON.stringify(value) ?? (inString ? '' : 'null');
      if (!inString) filled += json;
      else filled += typeof value === 'string' ? json.slice(1, -1) : JSON.stringify(json).slice(1, -1);
      index += name.length + 1;
    } else {
      if (character === '\\' && inString) filled += character + template[++index];
      else filled += character;
      if (character === '"') inString = !inString;
    }
  }
  return filled;
}

/** The paths that EventBridge knows: `$.detail.items[0]['the name']`. @throws ServiceError ValidationException */
export function readPath(event: unknown, path: string): unknown {
  const steps = [...path.slice(1).matchAll(/\.([\w-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/g)];
  if (!path.startsWith('$') || steps.map(([step]) => step).join('') !== path.slice(1)) {
    throw invalid(`Invalid path ${path}: this local cloud reads names and indexes only.`);
  }
  let value = event;
  for (const [, name, quoted, doubleQuoted, index] of steps) {
    const key = name ?? quoted ?? doubleQuoted ?? Number(index);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}
