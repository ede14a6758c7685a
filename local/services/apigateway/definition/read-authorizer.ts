import type { ApiAuthorizer, IdentitySource } from './rest-api.ts';

/** `x-amazon-apigateway-authorizer`, and with other capitals an AWS::ApiGateway::Authorizer. */
export interface AuthorizerDocument {
  readonly type?: string;
  readonly authorizerUri?: unknown;
  readonly identitySource?: string;
  readonly identityValidationExpression?: string;
  readonly authorizerResultTtlInSeconds?: number | string;
}

const KNOWN = [
  'type',
  'authorizerUri',
  'identitySource',
  'identityValidationExpression',
  'authorizerResultTtlInSeconds',
];
const FUNCTION = /^arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(arn:[^/]+)\/invocations$/;
const SOURCE = /^(?:method\.request\.(header|querystring)|(context|stageVariables))\.(.+)$/;
const LONGEST_TTL = 3_600;
/** Seconds, where a document does not say. */
const USUAL_TTL = 300;

/**
 * @param name by which its answers are kept
 * @param problems gets what is wrong or not supported
 * @returns undefined if there is no usable authorizer
 */
export function readAuthorizer(name: string, value: unknown, problems: string[]): ApiAuthorizer | undefined {
  const place = `the authorizer ${name}`;
  const before = problems.length;
  const document = (value ?? {}) as AuthorizerDocument;
  for (const key of Object.keys(document)) {
    if (!KNOWN.includes(key)) problems.push(`${place}: ${key} is not supported`);
  }
  const type = String(document.type).toUpperCase();
  if (type !== 'TOKEN' && type !== 'REQUEST') problems.push(`${place}: the type ${document.type} is not supported`);
  const functionArn = FUNCTION.exec(String(document.authorizerUri))?.[1];
  if (functionArn === undefined) problems.push(`${place}: ${document.authorizerUri} is not the URI of a function`);
  const ttlSeconds = Number(document.authorizerResultTtlInSeconds ?? USUAL_TTL);
  if (!(ttlSeconds >= 0 && ttlSeconds <= LONGEST_TTL)) problems.push(`${place}: results are kept for 0 to 3600 s`);
  const identitySources = readSources(document.identitySource, place, problems);
  if (identitySources.length === 0 && (type === 'TOKEN' || ttlSeconds > 0))
    problems.push(`${place}: without an identitySource answers can not be kept`);
  const { identityValidationExpression: pattern } = document;
  const tokenPattern = pattern ? new RegExp(`^(?:${pattern})$`) : undefined;
  if (problems.length > before) return undefined;
  return {
    name,
    type: type as ApiAuthorizer['type'],
    functionArn: functionArn!,
    identitySources,
    ttlSeconds,
    ...(tokenPattern && { tokenPattern }),
  };
}

function readSources(text: string | undefined, place: string, problems: string[]): IdentitySource[] {
  const sources = (text ?? '').split(',').map((each) => each.trim());
  return sources.filter(Boolean).flatMap((source) => {
    const [, parameter, other, name] = SOURCE.exec(source) ?? [];
    if (name !== undefined) return { in: (parameter ?? other) as IdentitySource['in'], name };
    problems.push(`${place}: the identity source ${source} is not supported`);
    return [];
  });
}
