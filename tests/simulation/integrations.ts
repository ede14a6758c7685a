import type { Json, JsonObject } from '../../local/stepfunctions/asl/json.ts';
import type { TaskCall } from '../../local/stepfunctions/asl/protocol.ts';
import { type Ports, STEPS } from '../statemachines/composition.ts';
import type { Agenda } from './agenda.ts';
import { MACHINE_OF } from './definitions.ts';
import type { Lambdas } from './lambdas.ts';
import type { ItemRequest, OrderItems } from './order-items.ts';
import type { Random } from './random.ts';
import type { Running, StateMachines } from './state-machines.ts';
import { brief, type Trace } from './trace.ts';
import type { Weather } from './weather.ts';

// biome-ignore lint/suspicious/noExplicitAny: what the state machine sends is what is tested.
export type Step = (ports: Ports) => (input: any) => Promise<unknown>;

export interface IntegrationParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly weather: Weather;
  readonly trace: Trace;
  readonly lambdas: Lambdas;
  readonly items: OrderItems;
  readonly machines: () => StateMachines;
  readonly stepOf: (name: string, step: Step) => Step;
  /** Work for the warehouse. @returns takes it back */
  readonly offer: (task: { readonly taskToken: string; readonly parameters: JsonObject }) => () => void;
  /** What was published: to the customer, on the bus, to a queue. */
  readonly publish: (action: string, parameters: JsonObject) => void;
}

const PREFIXES: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB',
  states: 'StepFunctions',
  sfn: 'Sfn',
  sns: 'SNS',
  sqs: 'SQS',
  events: 'EventBridge',
};

type Answer =
  | { readonly output: Json }
  | { readonly error: string; readonly cause?: string }
  /** It comes when the execution that was started has ended. */
  | { readonly waitsFor: Running };

/** Performs what Task states call, each call with its own delay, and some of them in vain, twice, or without an answer. */
export class Integrations {
  readonly #parts: IntegrationParts;

  constructor(parts: IntegrationParts) {
    this.#parts = parts;
  }

  perform(caller: Running, call: TaskCall, state: string): void {
    const { agenda, weather, machines, offer } = this.#parts;
    const { resource, key } = call;
    const parameters = call.parameters as JsonObject;
    const deliver = (event: Parameters<StateMachines['deliver']>[1]) => machines().deliver(caller, event);
    if (resource.type === 'activity') {
      agenda.in(weather.latency(), () => {
        if (!deliver({ type: 'submitted', key, output: null })) return;
        caller.cancels.set(key, offer({ taskToken: call.taskToken as string, parameters }));
      });
      return;
    }
    if (resource.type === 'function') throw new Error(`${state} calls ${resource.arn}.`);
    if (resource.service === 'lambda') this.#invoke(caller, call, parameters);
    else this.#call(caller, call, `${resource.service}:${resource.action}`, resource.service);
  }

  #invoke(caller: Running, { key, taskToken }: TaskCall, parameters: JsonObject): void {
    const { agenda, weather, lambdas, machines, stepOf } = this.#parts;
    const name = String(parameters.FunctionName).slice(2, -1);
    const step = STEPS[name];
    if (!step) throw new Error(`There is no function ${name}.`);
    const made = stepOf(name, step);
    const shown = name.replace(/Function$/, '');
    agenda.in(weather.latency(), () =>
      lambdas.invoke(
        shown,
        (ports) => made(ports)(parameters.Payload),
        (reply) => {
          agenda.in(weather.latency(), () => {
            if (reply.error !== undefined) {
              const cause = JSON.stringify({ errorType: reply.error, errorMessage: reply.cause });
              const failure = taskToken ? 'submit' : 'task';
              machines().deliver(caller, { type: 'failed', key, error: reply.error, cause, failure });
            } else if (taskToken) {
              machines().deliver(caller, { type: 'submitted', key, output: {} });
            } else {
              const output = { Payload: json(reply.output), StatusCode: 200 };
              machines().deliver(caller, { type: 'succeeded', key, output });
            }
          });
        },
      ),
    );
  }

  #call(caller: Running, call: TaskCall, action: string, service: string): void {
    const { agenda, random, weather, trace } = this.#parts;
    const parameters = call.parameters as JsonObject;
    const fault = weather.call(action);
    const who = () => `${caller.machine} ${brief(caller.name)}`;
    agenda.in(weather.latency(), () => {
      if (fault === 'throttled') {
        trace.say(who, () => `${action} (throttled)`);
        this.#answer(caller, call, { error: `${PREFIXES[service]}.ThrottlingException` });
        return;
      }
      const answer = this.#effect(caller, action, parameters);
      const told = () => ({ ...answer, ...('waitsFor' in answer && { waitsFor: answer.waitsFor.arn }) });
      trace.say(who, () => `${action} ${brief(parameters)} → ${brief(told())}${fault ? ` (${fault})` : ''}`);
      if (fault === 'runs twice') agenda.in(random.between(1, 3_000), () => this.#effect(caller, action, parameters));
      if (fault !== 'answer lost') this.#answer(caller, call, answer);
      else if (call.timeoutSeconds === undefined || random.chance(0.5)) {
        this.#answer(caller, call, { error: `${PREFIXES[service]}.SdkClientException` });
      }
    });
  }

  #answer(caller: Running, { key, resource }: TaskCall, answer: Answer): void {
    const { agenda, weather, machines } = this.#parts;
    const deliver = (event: Parameters<StateMachines['deliver']>[1]) =>
      void agenda.in(weather.latency(), () => machines().deliver(caller, event));
    if ('error' in answer) {
      const failure = 'pattern' in resource && resource.pattern !== 'requestResponse' ? 'submit' : 'task';
      deliver({ type: 'failed', key, error: answer.error, cause: answer.cause ?? '', failure });
    } else if ('output' in answer) deliver({ type: 'succeeded', key, output: answer.output });
    else {
      const { waitsFor } = answer;
      deliver({ type: 'submitted', key, output: { ExecutionArn: waitsFor.arn } });
      caller.cancels.set(key, () => {
        agenda.in(weather.latency(), () => machines().stop(waitsFor.arn, 'Stopped', 'The caller has ended'));
      });
      const done = ({ execution: { status, output, error } }: Running) => {
        if (status === 'SUCCEEDED') {
          deliver({ type: 'succeeded', key, output: { Status: status, Output: JSON.parse(output ?? 'null') } });
        } else deliver({ type: 'failed', key, error: 'States.TaskFailed', cause: `${status} ${error ?? ''}` });
      };
      if (waitsFor.execution.status === 'RUNNING') waitsFor.onEnd.push(done);
      else done(waitsFor);
    }
  }

  #effect(caller: Running, action: string, parameters: JsonObject): Answer {
    const { items, publish } = this.#parts;
    switch (action) {
      case 'dynamodb:putItem':
        return this.#table(() => items.putItem(parameters as ItemRequest));
      case 'dynamodb:getItem':
        return this.#table(() => items.getItem(parameters as ItemRequest));
      case 'dynamodb:updateItem':
        return this.#table(() => items.updateItem(parameters as ItemRequest));
      case 'states:startExecution':
        return this.#start(caller, parameters);
      case 'sfn:stopExecution': {
        const { ExecutionArn, Error: error, Cause } = parameters;
        const found = this.#parts.machines().stop(String(ExecutionArn), String(error), String(Cause));
        return found ? { output: { StopDate: '' } } : { error: 'Sfn.ExecutionDoesNotExistException' };
      }
      case 'sns:publish':
      case 'events:putEvents':
      case 'sqs:sendMessage':
        publish(action, parameters);
        return { output: action === 'events:putEvents' ? { FailedEntryCount: 0, Entries: [] } : { MessageId: '1' } };
      default:
        throw new Error(`The simulation can't call ${action}.`);
    }
  }

  #table(perform: () => object): Answer {
    try {
      // Made anew, and as JSON has it: there is nothing to copy.
      return { output: perform() as JsonObject };
    } catch (error) {
      const { name, message } = error as Error;
      if (!name.startsWith('DynamoDB.')) throw error;
      return { error: name, cause: message };
    }
  }

  #start(caller: Running, { StateMachineArn, Name, Input }: JsonObject): Answer {
    const machine = MACHINE_OF[String(StateMachineArn)];
    if (!machine) throw new Error(`There is no state machine ${StateMachineArn}.`);
    const started = this.#parts.machines().start(machine, String(Name), Input);
    if (!started) return { error: 'StepFunctions.ExecutionAlreadyExistsException', cause: String(Name) };
    return caller.machine === 'place-order' ? { output: { ExecutionArn: started.arn } } : { waitsFor: started };
  }
}

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;
