import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { ENDPOINTS } from '../statemachines/composition.ts';
import type { Agenda } from './agenda.ts';
import type { Lambdas } from './lambdas.ts';
import type { Random } from './random.ts';
import type { Running, StateMachines } from './state-machines.ts';
import { brief, type Trace } from './trace.ts';
import type { Weather } from './weather.ts';

export interface Answer {
  /** 0: none came. */
  readonly status: number;
  readonly body: string;
}

export interface GatewayParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly weather: Weather;
  readonly trace: Trace;
  readonly lambdas: Lambdas;
  readonly machines: () => StateMachines;
}

const NO_ANSWER: Answer = { status: 0, body: '' };

/** The HTTP API as its callers see it: requests and answers may be lost on their way. */
export class Gateway {
  readonly #parts: GatewayParts;
  #requests = 0;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
  }

  /** A route with a function behind it. */
  call(
    who: string,
    endpoint: keyof typeof ENDPOINTS,
    event: APIGatewayProxyEvent,
    then: (answer: Answer & Partial<APIGatewayProxyResult>) => void,
  ): void {
    const { lambdas, trace } = this.#parts;
    this.#travel(
      (reply) =>
        lambdas.invoke(
          endpoint,
          (ports) => ENDPOINTS[endpoint](ports)(event),
          (answer) => {
            if (answer.error !== undefined) return reply({ status: 502, body: answer.error });
            const result = answer.output as APIGatewayProxyResult;
            reply({ ...result, status: result.statusCode });
          },
        ),
      (answer) => {
        trace.say(who, () => `${endpoint} ${brief(event.pathParameters)} → ${answer.status || 'no answer'}`);
        then(answer);
      },
    );
  }

  /** `POST /orders`: an Express execution, whose outcome is the answer. */
  placeOrder(idempotencyKey: string, order: object, then: (answer: Answer) => void): void {
    const { trace, machines } = this.#parts;
    this.#travel(
      (reply) => {
        const input = { source: 'http', client: 'shop', idempotencyKey, order };
        const placing = machines().start('place-order', `http-${++this.#requests}`, input) as Running;
        placing.onEnd.push(({ execution }) => reply(answerOf(execution)));
        this.mayDie(placing);
      },
      (answer) => {
        trace.say(
          'shop',
          () => `POST /orders ${idempotencyKey} → ${answer.status || 'no answer'} ${brief(answer.body)}`,
        );
        then(answer);
      },
    );
  }

  /** An Express execution is not durable: whatever runs it may fail. */
  mayDie({ arn }: Running): void {
    const { agenda, random, weather, machines } = this.#parts;
    if (!weather.strikes('express')) return;
    agenda.in(random.between(1, 400), () => machines().stop(arn, 'Died', 'Express executions may'));
  }

  #travel<A extends Answer>(serve: (reply: (answer: A | Answer) => void) => void, then: (answer: A | Answer) => void) {
    const { agenda, random, weather } = this.#parts;
    if (weather.strikes('http')) {
      agenda.in(random.between(1_000, 29_000), () => then(NO_ANSWER));
      if (random.chance(0.5)) agenda.in(weather.latency(), () => serve(() => {}));
      return;
    }
    agenda.in(weather.latency(), () => serve((answer) => agenda.in(weather.latency(), () => then(answer))));
  }
}

function answerOf({ status, output, error, cause }: Running['execution']): Answer {
  if (status === 'SUCCEEDED') return { status: 201, body: output ?? '' };
  if (status === 'TIMED_OUT') return { status: 504, body: '' };
  const refused = error === 'InvalidOrderError' || error === 'IdempotencyKeyReusedError';
  return { status: refused ? 422 : error === 'OrderInFlightError' ? 409 : 500, body: cause ?? '' };
}
