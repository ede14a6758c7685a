import type { Json } from '../local/stepfunctions/asl/json.ts';

export type Language = 'JSONPath' | 'JSONata';

export interface Workload {
  readonly name: string;
  readonly title: string;
  /** ASL; tasks call `task:<name>` functions, which give back what they get. */
  definition(language: Language): object;
  readonly input: Json;
  readonly output: Json;
  /** The same by hand: async functions, with a copy of the data wherever a state would hand it over. */
  floor(input: Json, task: (input: Json) => Promise<Json>): Promise<Json>;
}

export const functionArn = (name: string): string => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const ORDER = {
  orderId: 'o-1042',
  amount: 129,
  currency: 'EUR',
  customer: { name: 'A. Lovelace', email: 'ada@example.com' },
};

const passes: Workload = {
  name: 'a',
  title: '10 Pass states',
  definition: (language) => ({
    QueryLanguage: language,
    StartAt: 'Pass 1',
    States: Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [
        `Pass ${index + 1}`,
        { Type: 'Pass', ...(index < 9 ? { Next: `Pass ${index + 2}` } : { End: true }) },
      ]),
    ),
  }),
  input: ORDER,
  output: ORDER,
  async floor(input) {
    let value = copy(input);
    const state = async (before: Json) => copy(before);
    for (let index = 0; index < 10; index++) value = await state(value);
    return value;
  },
};

/** @param count how many items */
const map = (count: number): Workload => {
  const items = Array.from({ length: count }, (_, index) => index);
  return {
    name: 'b',
    title: `Map over ${count} items of one Pass`,
    definition: (language) => ({
      QueryLanguage: language,
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ...(language === 'JSONata' ? { Items: '{% $states.input.items %}' } : { ItemsPath: '$.items' }),
          ItemProcessor: { StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } },
          End: true,
        },
      },
    }),
    input: { items },
    output: items,
    async floor(input) {
      const { items } = copy(input) as { items: Json[] };
      const state = async (before: Json) => copy(before);
      return copy(await Promise.all(items.map(async (item) => copy(await state(copy(item))))));
    },
  };
};

const task = (name: string, more: object): object => ({ Type: 'Task', Resource: functionArn(name), ...more });
const branch = (name: string): object => ({ StartAt: name, States: { [name]: task(name, { End: true }) } });

const tasks: Workload = {
  name: 'c',
  title: 'Task, Choice, Parallel of two Tasks, Task, Pass',
  definition: (language) => ({
    QueryLanguage: language,
    StartAt: 'Price',
    States: {
      Price: task('Price', { Next: 'Large?' }),
      'Large?': {
        Type: 'Choice',
        Choices: [
          language === 'JSONata'
            ? { Condition: '{% $states.input.amount > 100 %}', Next: 'Both' }
            : { Variable: '$.amount', NumericGreaterThan: 100, Next: 'Both' },
        ],
        Default: 'Small',
      },
      Small: { Type: 'Fail' },
      Both: { Type: 'Parallel', Branches: [branch('Reserve'), branch('Authorise')], Next: 'Ship' },
      Ship: task('Ship', { Next: 'Done' }),
      Done: { Type: 'Pass', End: true },
    },
  }),
  input: ORDER,
  output: [ORDER, ORDER],
  async floor(input, run) {
    const call = async (value: Json) => copy(await run(copy(value)));
    const priced = await call(copy(input));
    if (!(copy(priced as typeof ORDER).amount > 100)) throw new Error('small');
    const both = await Promise.all([call(copy(priced)), call(copy(priced))]);
    const shipped = await call(copy(both));
    return copy(shipped);
  },
};

export const WORKLOADS = { a: passes, b: map(100), c: tasks };

/** One of them, or (b) with another number of items. */
export type WorkloadId = keyof typeof WORKLOADS | { readonly items: number };

export const workloadOf = (id: WorkloadId): Workload => (typeof id === 'string' ? WORKLOADS[id] : map(id.items));
