import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../local/stepfunctions/asl/json.ts';
import { parse } from '../local/stepfunctions/asl/parse.ts';
import { createEngine } from '../local/stepfunctions/engine/engine.ts';
import type { Engine, Revision, TaskRunner } from '../local/stepfunctions/engine/ports.ts';
import { createMemoryStore } from '../local/stepfunctions/engine/store/memory-store.ts';
import { createSqliteStore } from '../local/stepfunctions/engine/store/sqlite-store.ts';
import type { ExecutionStore } from '../local/stepfunctions/engine/store/store.ts';
import { createSystemClock } from '../local/system-clock.ts';
import type { Language, Workload } from './workloads.ts';

/** Something that can run a workload. */
export interface Contender {
  readonly name: string;
  /** How many executions are under way at any time. */
  readonly concurrency: number;
  /** Whether it keeps every execution in memory: then it begins anew with each batch, as a million of them are no workload. */
  readonly keepsAll?: boolean;
  /** @returns a function that runs one execution and checks its output */
  prepare(workload: Workload): Promise<Prepared>;
}

export interface Prepared {
  run(): Promise<void>;
  /** Does what is left of executions that have ended, so that it does not happen beside those of another contender. */
  settle?(): void;
  close(): Promise<void>;
}

const ACCOUNT = '123456789012';
const REGION = 'eu-west-1';

/** What every contender's tasks do: nothing, at once. */
const task = async (input: Json): Promise<Json> => input;

const TASKS: TaskRunner = {
  refusal: () => undefined,
  call: async ({ parameters }) => ({ ok: true, output: await task(parameters) }),
  completion: async () => ({ ok: true, output: null }),
  cancel: async () => {},
};

export function createBenchEngine(store: ExecutionStore, tasks: TaskRunner = TASKS): Promise<Engine> {
  return createEngine({
    store,
    tasks,
    clock: createSystemClock(),
    account: ACCOUNT,
    region: REGION,
    parse: parseRevision,
    report: (error) => {
      throw error;
    },
  });
}

function parseRevision({ definition, type }: Revision) {
  const { machine, problems } = parse(definition, { type });
  if (!machine) throw new Error(JSON.stringify(problems));
  return machine;
}

export const revisionOf = (definition: object, type: Revision['type'] = 'STANDARD', name = 'bench'): Revision => ({
  stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}`,
  name,
  type,
  definition: JSON.stringify(definition),
  roleArn: `arn:aws:iam::${ACCOUNT}:role/bench`,
  revisionId: 'bench',
});

function expectOutput(found: Json, workload: Workload): void {
  if (!isDeepStrictEqual(found, workload.output)) throw new Error(`Wrong output: ${JSON.stringify(found)}`);
}

const express = (language: Language): Contender => ({
  name: `ours, Express, ${language}`,
  concurrency: 1,
  async prepare(workload) {
    const engine = await createBenchEngine(createMemoryStore());
    const revision = revisionOf(workload.definition(language), 'EXPRESS');
    const input = JSON.stringify(workload.input);
    return {
      async run() {
        const { output } = await engine.startSync({ revision, input });
        expectOutput(JSON.parse(output ?? 'null'), workload);
      },
      close: () => engine.close(),
    };
  },
});

interface StandardOptions {
  readonly name: string;
  readonly language: Language;
  readonly concurrency: number;
  readonly keepsAll?: boolean;
  readonly open: () => { readonly store: ExecutionStore; readonly remove: () => void };
}

const standard = ({ name, language, concurrency, keepsAll = false, open }: StandardOptions): Contender => ({
  name: `ours, Standard, ${name}, ${language}${concurrency > 1 ? `, ${concurrency} at a time` : ''}`,
  concurrency,
  keepsAll,
  async prepare(workload) {
    const { store, remove } = open();
    const engine = await createBenchEngine(store);
    const revision = revisionOf(workload.definition(language));
    const input = JSON.stringify(workload.input);
    return {
      async run() {
        const { executionArn } = await engine.start({ revision, input });
        const { output } = await engine.ended(executionArn);
        expectOutput(JSON.parse(output ?? 'null'), workload);
      },
      // A list waits for the tables.
      settle: () => void engine.list({}, { maxResults: 1 }),
      async close() {
        await engine.close();
        remove();
      },
    };
  },
});

const memory = (language: Language, concurrency = 1) =>
  standard({
    name: 'in memory',
    language,
    concurrency,
    keepsAll: true,
    open: () => ({ store: createMemoryStore(), remove: () => {} }),
  });

const durable = (language: Language) =>
  standard({
    name: 'durable',
    language,
    concurrency: 50,
    open() {
      const folder = mkdtempSync(join(tmpdir(), 'bench-'));
      return {
        store: createSqliteStore({ file: join(folder, 'executions.db') }),
        remove: () => rmSync(folder, { recursive: true }),
      };
    },
  });

/** In memory, but with the syncs of a durable one: what those alone cost where the engine waits for them. */
const synced = standard({
  name: 'a bare sync',
  language: 'JSONPath',
  concurrency: 50,
  keepsAll: true,
  open() {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const handle = openSync(join(folder, 'log'), 'w');
    const bytes = Buffer.alloc(64);
    const memory = createMemoryStore();
    const store: ExecutionStore = {
      ...memory,
      commitsAtOnce: false,
      commit(changes, mapRuns) {
        writeSync(handle, bytes, 0, bytes.length, 0);
        fdatasyncSync(handle);
        memory.commit(changes, mapRuns);
      },
    };
    return {
      store,
      remove() {
        closeSync(handle);
        rmSync(folder, { recursive: true });
      },
    };
  },
});

// A dependency of this folder only, so the checks of the project cannot look into it: here is what is used of it.
const PEER: string = 'aws-local-stepfunctions';

interface PeerModule {
  readonly StateMachine: new (
    definition: Json,
    options: { validationOptions: { noValidate: boolean } },
  ) => { run(input: Json, options: object): { readonly result: Promise<Json> } };
}

const peer: Contender = {
  name: PEER,
  concurrency: 1,
  async prepare(workload) {
    const { StateMachine } = (await import(PEER)) as PeerModule;
    const machine = new StateMachine(workload.definition('JSONPath') as Json, {
      validationOptions: { noValidate: true },
    });
    const names = ['Price', 'Reserve', 'Authorise', 'Ship'];
    const taskResourceLocalHandlers = Object.fromEntries(names.map((name) => [name, task]));
    return {
      async run() {
        const execution = machine.run(workload.input, { overrides: { taskResourceLocalHandlers } });
        expectOutput(await execution.result, workload);
      },
      close: async () => {},
    };
  },
};

const floor: Contender = {
  name: 'the floor: functions that copy',
  concurrency: 1,
  prepare: async (workload) => ({
    run: async () => expectOutput(await workload.floor(workload.input, task), workload),
    close: async () => {},
  }),
};

export const CONTENDERS = {
  express: express('JSONPath'),
  memory: memory('JSONPath'),
  durable: durable('JSONPath'),
  synced,
  memoryAtOnce: memory('JSONPath', 50),
  peer,
  floor,
  expressJsonata: express('JSONata'),
  memoryJsonata: memory('JSONata'),
  durableJsonata: durable('JSONata'),
};

export type ContenderId = keyof typeof CONTENDERS;
