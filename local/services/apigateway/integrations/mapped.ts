import type { Integration, IntegrationResponse } from '../definition/rest-api.ts';
import { GatewayError } from '../gateway-error.ts';
import type { MappingSources } from '../mapping/parameter-mapping.ts';
import { reference } from '../mapping/parameter-mapping.ts';
import { BodySyntaxError, inputVariable, utilVariable } from '../mapping/variables.ts';
import { renderTemplate } from '../mapping/velocity.ts';
import type { GatewayResponse } from '../message.ts';
import { headerOf, mediaTypeOf } from '../message.ts';
import type { ApiCall } from '../request-context.ts';
import { contextOf, parametersOf } from '../request-context.ts';

/** What a request template can set to change the answer or the call. */
interface Overrides {
  status?: number | string;
  readonly header: Record<string, unknown>;
}

/** The request as it goes to the integration. */
export interface MappedRequest {
  readonly body: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly querystring: Readonly<Record<string, string>>;
  readonly path: Readonly<Record<string, string>>;
  /** Set by the request template, kept until the answer is made. */
  readonly overrides: Overrides;
}

/** What the integration answered. */
export interface IntegrationAnswer {
  /** What response patterns are compared with: the status, or the error message of a function. */
  readonly selector: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @throws GatewayError UNSUPPORTED_MEDIA_TYPE, BAD_REQUEST_BODY, API_CONFIGURATION_ERROR */
export function mapRequest(call: ApiCall, integration: Integration): MappedRequest {
  const overrides: Overrides = { header: {} };
  const mediaType = mediaTypeOf(call.request);
  const template = templateFor(mediaType, integration);
  const body = textOf(call.request.body);
  const sources: MappingSources = {
    context: contextOf(call),
    stageVariables: call.stageVariables,
    parameters: parametersOf(call),
    requestBody: body,
  };
  const mapped = {
    headers: {} as Record<string, string>,
    querystring: {} as Record<string, string>,
    path: {} as Record<string, string>,
  };
  for (const [target, source] of Object.entries(integration.requestParameters)) {
    const [, place, name] = /^integration\.request\.(header|querystring|path)\.(.+)$/.exec(target) ?? [];
    const value = reference(source, sources);
    if (!place || !name || value === undefined) continue;
    mapped[place === 'header' ? 'headers' : (place as 'querystring' | 'path')][name] = value;
  }
  return {
    ...mapped,
    body: template === undefined ? body : render(template, body, call, overrides),
    contentType: template === undefined ? mediaType : 'application/json',
    overrides,
  };
}

/** @returns undefined to pass the body through as it is */
function templateFor(mediaType: string, { requestTemplates, passthroughBehavior }: Integration): string | undefined {
  if (Object.hasOwn(requestTemplates, mediaType)) return requestTemplates[mediaType];
  const hasTemplates = Object.keys(requestTemplates).length > 0;
  if (passthroughBehavior === 'never' || (passthroughBehavior === 'when_no_templates' && hasTemplates)) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE');
  }
  return undefined;
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new GatewayError('BAD_REQUEST_BODY', 'Could not parse request body into json: Invalid UTF-8');
  }
}

/** @throws GatewayError API_CONFIGURATION_ERROR if no response fits and there is no default */
export function mapResponse(
  call: ApiCall,
  integration: Integration,
  request: MappedRequest,
  answer: IntegrationAnswer,
): GatewayResponse {
  const response = selectResponse(integration.responses, answer.selector);
  const { overrides } = request;
  const headers: [string, string][] = [];
  const sources: MappingSources = {
    context: contextOf(call),
    stageVariables: call.stageVariables,
    parameters: parametersOf(call),
    integration: { headers: answer.headers, body: answer.body },
  };
  for (const [target, source] of Object.entries(response.responseParameters)) {
    const value = reference(source, sources);
    if (value !== undefined) headers.push([target.replace(/^method\.response\.header\./, ''), value]);
  }
  const [mediaType, template] = responseTemplate(response, call);
  const body = template === undefined ? answer.body : render(template, answer.body, call, overrides);
  const set = (name: string, value: string): void => {
    const index = headers.findIndex(([key]) => key.toLowerCase() === name.toLowerCase());
    if (index >= 0) headers.splice(index, 1);
    headers.push([name, value]);
  };
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) set('Content-Type', mediaType);
  for (const [name, value] of Object.entries(overrides.header)) set(name, String(value));
  const status = Number(overrides.status ?? response.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw new GatewayError('API_CONFIGURATION_ERROR');
  return { status, headers, body };
}

function selectResponse(responses: readonly IntegrationResponse[], selector: string): IntegrationResponse {
  const chosen =
    responses.find(
      ({ selectionPattern }) =>
        selectionPattern !== undefined && new RegExp(`^(?:${selectionPattern})$`, 's').test(selector),
    ) ?? responses.find(({ selectionPattern }) => selectionPattern === undefined);
  if (!chosen) throw new GatewayError('API_CONFIGURATION_ERROR');
  return chosen;
}

function responseTemplate(
  { responseTemplates }: IntegrationResponse,
  { request }: ApiCall,
): readonly [mediaType: string, template?: string] {
  const accepted = (headerOf(request, 'accept') ?? '')
    .split(',')
    .map((part) => part.split(';')[0]!.trim().toLowerCase());
  const mediaType = [...accepted, 'application/json', ...Object.keys(responseTemplates)].find((type) =>
    Object.hasOwn(responseTemplates, type),
  );
  return mediaType === undefined ? ['application/json'] : [mediaType, responseTemplates[mediaType]];
}

function render(template: string, body: string, call: ApiCall, overrides: Overrides): string {
  // `path` and `querystring` overrides of the call itself have no meaning for the integrations that there are here.
  const context = {
    ...contextOf(call),
    responseOverride: overrides,
    requestOverride: { header: {}, path: {}, querystring: {} },
  };
  try {
    return renderTemplate(template, {
      input: inputVariable(body, parametersOf(call)),
      util: utilVariable,
      context,
      stageVariables: call.stageVariables,
    });
  } catch (error) {
    if (error instanceof BodySyntaxError) throw new GatewayError('BAD_REQUEST_BODY', error.message);
    throw new GatewayError('API_CONFIGURATION_ERROR');
  }
}
