import { parseTemplate } from '../mapping/velocity.ts';
import type { Integration, IntegrationResponse, IntegrationTarget } from './rest-api.ts';

/** `x-amazon-apigateway-integration`, and with other capitals the Integration of an AWS::ApiGateway::Method. */
export interface IntegrationDocument {
  readonly type?: string;
  readonly httpMethod?: string;
  readonly uri?: unknown;
  readonly credentials?: string;
  readonly timeoutInMillis?: number | string;
  readonly requestParameters?: Readonly<Record<string, string>>;
  readonly requestTemplates?: Readonly<Record<string, string>>;
  readonly passthroughBehavior?: string;
  readonly contentHandling?: string;
  readonly responses?: Readonly<Record<string, IntegrationResponseDocument>>;
}

export interface IntegrationResponseDocument {
  readonly statusCode?: string | number;
  readonly responseParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates?: Readonly<Record<string, string | null>>;
  readonly contentHandling?: string;
}

/** Names, caches and networks that change nothing on one machine. */
const IGNORED = new Set(['connectionType', 'cacheNamespace', 'cacheKeyParameters']);
const KNOWN = new Set([
  'type',
  'httpMethod',
  'uri',
  'credentials',
  'timeoutInMillis',
  'requestParameters',
  'requestTemplates',
  'passthroughBehavior',
  'contentHandling',
  'responses',
  'responseTransferMode',
]);
const LONGEST = 29_000;
const FUNCTION = /^arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(arn:[^/]+)\/invocations$/;
const SERVICE = /^arn:[a-z-]+:apigateway:([a-z0-9-]+):([a-z0-9.-]+):(action|path)\/(.+)$/;

/**
 * @param place for messages: `POST /orders`
 * @param problems gets what is wrong or not supported
 * @returns undefined if there is no usable integration
 */
export function readIntegration(value: unknown, place: string, problems: string[]): Integration | undefined {
  if (typeof value !== 'object' || value === null) {
    problems.push(`${place}: has no x-amazon-apigateway-integration`);
    return undefined;
  }
  const document = value as IntegrationDocument;
  for (const key of Object.keys(document)) {
    if (!KNOWN.has(key) && !IGNORED.has(key)) problems.push(`${place}: ${key} of the integration is not supported`);
  }
  refuseConversion(document.contentHandling, place, problems);
  const target = readTarget(document, place, problems);
  const passthroughBehavior = (document.passthroughBehavior ?? 'when_no_match').toLowerCase();
  if (
    passthroughBehavior !== 'when_no_match' &&
    passthroughBehavior !== 'when_no_templates' &&
    passthroughBehavior !== 'never'
  ) {
    problems.push(`${place}: passthroughBehavior ${document.passthroughBehavior} is not supported`);
    return undefined;
  }
  const requestTemplates = readTemplates(document.requestTemplates ?? {}, `${place}: request template`, problems);
  const responses = Object.entries(document.responses ?? {}).map(([pattern, response]) =>
    readResponse(pattern, response, place, problems),
  );
  if (!target) return undefined;
  return {
    ...target,
    timeoutMilliseconds: Math.min(Number(document.timeoutInMillis ?? LONGEST), LONGEST),
    requestParameters: document.requestParameters ?? {},
    requestTemplates,
    passthroughBehavior,
    responses,
  };
}

function readTarget(
  { type, uri, credentials, httpMethod = 'POST' }: IntegrationDocument,
  place: string,
  problems: string[],
): IntegrationTarget | undefined {
  const kind = String(type).toLowerCase();
  if (kind === 'mock') return { type: 'mock' };
  const text = String(uri);
  const functionArn = FUNCTION.exec(text)?.[1];
  if (kind === 'aws_proxy' && functionArn) return { type: 'lambdaProxy', functionArn };
  if (kind === 'aws' && functionArn) return { type: 'lambda', functionArn };
  const [, region, service, form, rest] = SERVICE.exec(text) ?? [];
  if (kind === 'aws' && region && service && rest) {
    return {
      type: 'service',
      httpMethod,
      region,
      service,
      action: form === 'action' ? { name: rest } : { path: `/${rest}` },
      ...(credentials !== undefined && { role: credentials }),
    };
  }
  problems.push(
    kind === 'aws' || kind === 'aws_proxy'
      ? `${place}: the integration ${kind} with the uri ${text} is not supported`
      : `${place}: the integration type ${type} is not supported: aws_proxy (Lambda), aws and mock are`,
  );
  return undefined;
}

function readResponse(
  pattern: string,
  document: IntegrationResponseDocument,
  place: string,
  problems: string[],
): IntegrationResponse {
  const where = `${place}: response ${pattern}`;
  if (pattern !== 'default' && !isPattern(pattern)) problems.push(`${where}: the pattern is no regular expression`);
  refuseConversion(document.contentHandling, where, problems);
  const templates = Object.fromEntries(
    Object.entries(document.responseTemplates ?? {}).map(([key, text]) => [key, text ?? '']),
  );
  return {
    ...(pattern !== 'default' && { selectionPattern: pattern }),
    statusCode: Number(document.statusCode ?? 200),
    responseParameters: document.responseParameters ?? {},
    responseTemplates: readTemplates(templates, `${where}: template`, problems),
  };
}

/** Bodies are text here, so converting to text changes nothing. */
function refuseConversion(contentHandling: string | undefined, where: string, problems: string[]): void {
  if (contentHandling === undefined || contentHandling === 'CONVERT_TO_TEXT') return;
  problems.push(`${where}: contentHandling ${contentHandling} is not supported`);
}

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text));
  } catch {
    return false;
  }
}

function readTemplates(
  templates: Readonly<Record<string, string>>,
  where: string,
  problems: string[],
): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [mediaType, text] of Object.entries(templates)) {
    try {
      parseTemplate(text);
    } catch (error) {
      problems.push(`${where} ${mediaType} does not parse: ${(error as Error).message.split('\n')[0]}`);
    }
    read[mediaType.toLowerCase()] = text;
  }
  return read;
}
