import type { StateMachine } from '../../local/stepfunctions/asl/definition.ts';
import { parse } from '../../local/stepfunctions/asl/parse.ts';
import { definitionText, MACHINES, type Machine } from '../asl/machines.ts';
import { SIGN_OFFS } from '../statemachines/composition.ts';

export const ACCOUNT = 'arn:aws:states:eu-central-1:123456789012';

/** The execution's ARN, as the template's substitutions make it. */
export const executionArn = (machine: Machine, name: string): string => `${ACCOUNT}:execution:${machine}:${name}`;

const EXPRESS: readonly Machine[] = ['place-order', 'recover'];

export const typeOf = (machine: Machine): 'EXPRESS' | 'STANDARD' =>
  EXPRESS.includes(machine) ? 'EXPRESS' : 'STANDARD';

export type Definitions = Readonly<Record<Machine, StateMachine>>;

/** The machines by the placeholder that stands for each. */
export const MACHINE_OF: Readonly<Record<string, Machine>> = {
  '${ProcessOrderStateMachine}': 'process-order',
  '${SignOffStateMachine}': 'sign-off',
  '${UndoOrderStateMachine}': 'undo-order',
};

/** Reads the machines, which takes long: once per process. @param edit changes a definition first */
export function readDefinitions(
  edit: (machine: Machine, definition: string) => string = (_, text) => text,
): Definitions {
  const read = MACHINES.map((name): [Machine, StateMachine] => {
    const text = edit(name, definitionText(name))
      .replaceAll(/\$\{(\w+Activity)\}/g, `${ACCOUNT}:activity:$1`)
      .replaceAll('${SignOffExecutions}', SIGN_OFFS)
      .replaceAll('${ProcessOrderExecutions}', `${ACCOUNT}:execution:process-order`);
    const { machine, problems } = parse(text, { type: typeOf(name) });
    if (!machine) throw new Error(`${name}: ${JSON.stringify(problems)}`);
    return [name, machine];
  });
  return Object.fromEntries(read) as Record<Machine, StateMachine>;
}
