import type { Json } from '../../../stepfunctions/asl/json.ts';
import type { RequestParameters } from './variables.ts';
import { evaluatePath } from './variables.ts';

/** What a parameter mapping can refer to. */
export interface MappingSources {
  readonly context: Readonly<Record<string, unknown>>;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly parameters: RequestParameters;
  /** JSON text of the request. */
  readonly requestBody?: string;
  /** What the integration answered. */
  readonly integration?: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

/**
 * The value of one mapping expression: `'static'`, `method.request.header.X`, `integration.response.body.$.a`, `context.stage` …
 * See https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 * @returns undefined if what it names is not there
 */
export function reference(expression: string, sources: MappingSources): string | undefined {
  if (/^'.*'$/s.test(expression)) return expression.slice(1, -1);
  const { parameters, integration } = sources;
  const [, group, name = ''] =
    /^(method\.request\.(?:multivalue)?(?:path|querystring|header|body)|integration\.response\.(?:multivalue)?(?:header|body)|stageVariables|context)\.?(.*)$/s.exec(
      expression,
    ) ?? [];
  switch (group?.replace('multivalue', '')) {
    case 'method.request.path':
      return own(parameters.path, name);
    case 'method.request.querystring':
      return own(parameters.querystring, name);
    case 'method.request.header':
      return ownHeader(parameters.header, name);
    case 'method.request.body':
      return fromBody(sources.requestBody, name);
    case 'integration.response.header':
      return integration && ownHeader(integration.headers, name);
    case 'integration.response.body':
      return fromBody(integration?.body, name);
    case 'stageVariables':
      return own(sources.stageVariables, name);
    case 'context':
      return asText(
        name
          .split('.')
          .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], sources.context),
      );
    default:
      return undefined;
  }
}

const own = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

const ownHeader = (headers: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

function fromBody(body: string | undefined, path: string): string | undefined {
  if (body === undefined) return undefined;
  if (path === '') return body;
  try {
    return asText(evaluatePath(JSON.parse(body) as Json, path));
  } catch {
    return undefined;
  }
}

const asText = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === 'object' ? JSON.stringify(value) : String(value);
