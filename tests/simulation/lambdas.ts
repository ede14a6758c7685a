import { PaymentUnavailableError } from '../../domain/errors.ts';
import { nameOutage } from '../../functions/as-step.ts';
import type { Ports } from '../statemachines/composition.ts';
import { type Agenda, cancel } from './agenda.ts';
import type { Random } from './random.ts';
import { brief, type Trace } from './trace.ts';
import type { Weather } from './weather.ts';

/** What a caller of a function gets. */
export type Reply =
  | { readonly output: unknown; readonly error?: undefined }
  | { readonly error: string; readonly cause: string };

export interface LambdaParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly weather: Weather;
  readonly trace: Trace;
  readonly ports: Ports;
  /** A planted bug: other ports for some functions. */
  readonly alter?: (ports: Ports, name: string) => Ports;
}

interface Invocation {
  readonly who: string;
  /** Its sandbox is gone: it does nothing more. */
  dead: boolean;
  /** Its caller was answered. */
  over: boolean;
  readonly answer: (reply: Reply) => void;
}

/** As infra/functions.yml has it for most. */
const TIMEOUT = 20_000;

/**
 * Runs functions, many at once. Whatever one of them asks of the outside world is an event of its own: between any two of them
 * others have their turn, and at each of them it may die, be refused, or not hear the answer.
 */
export class Lambdas {
  readonly #parts: LambdaParts;
  #invoked = 0;

  constructor(parts: LambdaParts) {
    this.#parts = parts;
  }

  /** @param answer is called once, unless the answer is lost */
  invoke(name: string, work: (ports: Ports) => Promise<unknown>, answer: (reply: Reply) => void): void {
    const { agenda, random, weather, trace } = this.#parts;
    const fault = weather.call(name);
    if (fault) trace.say(name, () => `(${fault})`);
    if (fault === 'throttled') {
      agenda.in(weather.latency(), () => answer({ error: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' }));
      return;
    }
    if (fault === 'runs twice') {
      agenda.in(random.between(0, random.pick([1_000, 30_000])), () => this.#run(name, work, () => {}));
    }
    const isLost = fault === 'answer lost' || (fault === 'runs twice' && random.chance(0.4));
    this.#run(name, work, isLost ? () => answer(UNKNOWN) : answer);
  }

  #run(name: string, work: (ports: Ports) => Promise<unknown>, answer: (reply: Reply) => void): void {
    const { agenda, trace } = this.#parts;
    const who = `${name}#${++this.#invoked}`;
    const timeout = agenda.in(TIMEOUT, () => {
      trace.say(who, () => 'times out');
      end(invocation, { error: 'Sandbox.Timedout', cause: 'Task timed out' });
    });
    const end = (ended: Invocation, reply: Reply) => {
      ended.dead = true;
      if (ended.over) return;
      ended.over = true;
      cancel(timeout);
      answer(reply);
    };
    const invocation: Invocation = { who, dead: false, over: false, answer: (reply) => end(invocation, reply) };
    work(this.#portsOf(invocation, name)).then(
      (output) => {
        if (invocation.dead) return;
        trace.say(who, () => `returns ${brief(output)}`);
        invocation.answer({ output });
      },
      (error) => {
        if (invocation.dead) return;
        const { name: errorType, message } = nameOutage(error as Error);
        trace.say(who, () => `throws ${errorType}: ${message}`);
        invocation.answer({ error: errorType, cause: message });
      },
    );
  }

  #portsOf(invocation: Invocation, name: string): Ports {
    const { ports: honest, alter } = this.#parts;
    const ports = alter ? alter(honest, name) : honest;
    // Most functions need a few of them: each is wrapped when it is asked for. The clock and secrets are nothing outside.
    return new Proxy(ports, {
      get: (all, port: keyof Ports) => {
        const asked = all[port];
        return typeof asked === 'object' ? this.#reach(asked, port, invocation) : asked;
      },
    });
  }

  #reach(port: object, name: string, invocation: Invocation): object {
    return new Proxy(port, {
      get: (methods, method: string) => {
        const perform = (methods as Record<string, (...args: unknown[]) => Promise<unknown>>)[method];
        return (
          perform && ((...args: unknown[]) => this.#effect(invocation, name, method, args, () => perform(...args)))
        );
      },
    });
  }

  #effect(
    invocation: Invocation,
    port: string,
    method: string,
    args: readonly unknown[],
    perform: () => Promise<unknown>,
  ): Promise<unknown> {
    const { agenda, random, weather, trace } = this.#parts;
    return new Promise((resolve, reject) => {
      if (invocation.dead) return;
      const fault = weather.effect(`${port}.${method}`);
      const takes = fault === 'slow' ? weather.delay() : weather.latency();
      agenda.in(takes, () => {
        // What is on its way when its sender dies may or may not arrive.
        if (invocation.dead && random.chance(0.5)) return;
        const what = () => `${port}.${method} ${brief(args)}${fault ? ` (${fault})` : ''}`;
        if (fault === 'dies before') {
          trace.say(invocation.who, what);
          invocation.answer(GONE);
          return;
        }
        if (fault === 'throttled') {
          trace.say(invocation.who, what);
          reject(outage(port, 'ThrottlingException'));
          return;
        }
        const done = perform();
        done.then(
          (result) => trace.say(invocation.who, () => `${what()} → ${brief(result)}`),
          (error: Error) => trace.say(invocation.who, () => `${what()} → ${error.name}`),
        );
        if (fault === 'dies after') invocation.answer(GONE);
        else if (fault === 'times out after') reject(outage(port, 'TimeoutError'));
        else if (!invocation.dead) done.then(resolve, reject);
      });
    });
  }
}

const GONE: Reply = { error: 'Runtime.ExitError', cause: 'RequestId: 1 Error: Runtime exited' };
const UNKNOWN: Reply = { error: 'Lambda.Unknown', cause: 'The cause could not be determined' };

const outage = (port: string, name: string): Error =>
  port === 'payments'
    ? new PaymentUnavailableError('The payment provider did not answer.')
    : Object.assign(new Error('No answer'), { name });
