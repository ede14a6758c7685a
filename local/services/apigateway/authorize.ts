import type { Clock } from '../../clock.ts';
import { decide } from '../../iam/evaluate.ts';
import { parsePolicy, type Statement } from '../../iam/policy.ts';
import type { ApiAuthorizer, ApiMethod, IdentitySource } from './definition/rest-api.ts';
import { GatewayError } from './gateway-error.ts';
import { proxyEvent } from './integrations/lambda-proxy.ts';
import { headerOf } from './message.ts';
import { type ApiCall, type Authorized, contextOf } from './request-context.ts';

/** Invokes a function with an event. @returns JSON text: its result, or its error */
export type AskFunction = (
  functionArn: string,
  event: string,
  call: ApiCall,
) => Promise<{ readonly FunctionError?: string; readonly Payload: string }>;

interface Answer extends Authorized {
  readonly statements: readonly Statement[];
}

/** Answers of authorizers, as long as they are kept. In memory: a restart begins anew. */
export class AuthorizerAnswers {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly answer: Answer; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Answer | undefined {
    const kept = this.#kept.get(key);
    return kept && kept.until > this.#clock.now() ? kept.answer : undefined;
  }

  keep(key: string, answer: Answer, seconds: number): void {
    const now = this.#clock.now();
    for (const [other, { until }] of this.#kept) if (until <= now) this.#kept.delete(other);
    this.#kept.set(key, { answer, until: now + seconds * 1_000 });
  }
}

/**
 * Asks the method's authorizer, or remembers what it answered, and holds the call against its policy.
 * See https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * @throws GatewayError UNAUTHORIZED, ACCESS_DENIED, AUTHORIZER_CONFIGURATION_ERROR
 */
export async function authorize(
  call: ApiCall,
  method: ApiMethod,
  authorizer: ApiAuthorizer,
  answers: AuthorizerAnswers,
  ask: AskFunction,
): Promise<Authorized> {
  const identities = authorizer.identitySources.map((source) => identityIn(source, call));
  if (identities.some((identity) => !identity)) throw new GatewayError('UNAUTHORIZED');
  if (authorizer.tokenPattern && !authorizer.tokenPattern.test(identities[0]!)) throw new GatewayError('UNAUTHORIZED');
  const key = JSON.stringify([call.apiId, call.stage, authorizer.name, authorizer.functionArn, ...identities]);
  let answer = authorizer.ttlSeconds > 0 ? answers.get(key) : undefined;
  if (!answer) {
    answer = await askAuthorizer(call, method, authorizer, identities[0], ask);
    if (authorizer.ttlSeconds > 0) answers.keep(key, answer, authorizer.ttlSeconds);
  }
  const { statements, ...authorized } = answer;
  const decision = decide(statements, { action: 'execute-api:Invoke', resource: methodArn(call) }, {});
  if (decision.outcome === 'allowed') return authorized;
  const why = decision.isExplicit ? ' with an explicit deny' : '';
  throw new GatewayError('ACCESS_DENIED', `User is not authorized to access this resource${why}`);
}

/** As the request has it: `…:abcdef1234/dev/GET/orders/ord_1`. */
const methodArn = ({ region, account, apiId, stage, request }: ApiCall): string =>
  `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${request.method}${request.path}`;

function identityIn({ in: place, name }: IdentitySource, call: ApiCall): string | undefined {
  switch (place) {
    case 'header':
      return headerOf(call.request, name.toLowerCase());
    case 'querystring':
      return call.request.query.find(([key]) => key === name)?.[1];
    case 'stageVariables':
      return call.stageVariables[name];
    case 'context': {
      const value = name
        .split('.')
        .reduce<unknown>(
          (found, step) => (found as Record<string, unknown> | null | undefined)?.[step],
          contextOf(call),
        );
      return value === undefined || value === null ? undefined : String(value);
    }
  }
}

async function askAuthorizer(
  call: ApiCall,
  method: ApiMethod,
  { type, functionArn }: ApiAuthorizer,
  token: string | undefined,
  ask: AskFunction,
): Promise<Answer> {
  const event =
    type === 'TOKEN'
      ? { type, authorizationToken: token, methodArn: methodArn(call) }
      : { type, methodArn: methodArn(call), ...withoutBody(proxyEvent(call, method, [])) };
  const { FunctionError, Payload } = await ask(functionArn, JSON.stringify(event), call).catch(() => misconfigured());
  const result = JSON.parse(Payload) as Record<string, unknown> | null;
  if (FunctionError) {
    // The one error message that means something to API Gateway.
    if (result?.errorMessage === 'Unauthorized') throw new GatewayError('UNAUTHORIZED');
    return misconfigured();
  }
  return readAnswer(result);
}

const withoutBody = (event: object): object => {
  const { body: _, isBase64Encoded: __, ...rest } = event as Record<string, unknown>;
  return rest;
};

function readAnswer(result: Readonly<Record<string, unknown>> | null): Answer {
  const { principalId, policyDocument, context = {}, usageIdentifierKey } = result ?? {};
  const isFlat =
    typeof context === 'object' && context !== null && Object.values(context).every((each) => typeof each !== 'object');
  if (typeof policyDocument !== 'object' || policyDocument === null || !isFlat) return misconfigured();
  return {
    principalId: String(principalId ?? ''),
    context: Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)])),
    statements: readStatements(policyDocument),
    ...(typeof usageIdentifierKey === 'string' && { usageIdentifierKey }),
  };
}

function readStatements(document: object): Statement[] {
  try {
    return parsePolicy(JSON.stringify(document));
  } catch {
    return misconfigured();
  }
}

const misconfigured = (): never => {
  throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR');
};
