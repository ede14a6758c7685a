import type { GatewayResponseSettings, RestApi } from './definition/rest-api.ts';
import type { GatewayError } from './gateway-error.ts';
import { GATEWAY_ERRORS } from './gateway-error.ts';
import { reference } from './mapping/parameter-mapping.ts';
import type { GatewayRequest, GatewayResponse } from './message.ts';
import { headerOf } from './message.ts';
import type { ApiCall } from './request-context.ts';
import { contextOf, parametersOf } from './request-context.ts';

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';

/** Makes the answer for a call that the gateway refuses, as the API's settings have it. */
export function gatewayResponse(
  error: GatewayError,
  call: ApiCall,
  api: Pick<RestApi, 'gatewayResponses'>,
): GatewayResponse {
  const { status: usual, code } = GATEWAY_ERRORS[error.type];
  const own = api.gatewayResponses[error.type];
  const settings: GatewayResponseSettings = own ??
    api.gatewayResponses[usual >= 500 ? 'DEFAULT_5XX' : 'DEFAULT_4XX'] ?? {
      responseParameters: {},
      responseTemplates: {},
    };
  const status = settings.statusCode ?? usual;
  const context = {
    ...contextOf(call),
    status,
    error: {
      message: error.message,
      messageString: JSON.stringify(error.message),
      responseType: error.type,
      // Escaped, so that templates may put it between quotes: messages quote names.
      validationErrorString: JSON.stringify(`[${error.validationErrors.join(', ')}]`).slice(1, -1),
    },
  };
  const [mediaType, template] = chooseTemplate(settings.responseTemplates, call.request);
  const headers = new Map<string, string>([
    ['Content-Type', mediaType],
    ['x-amzn-ErrorType', code],
  ]);
  for (const [target, source] of Object.entries(settings.responseParameters)) {
    const name = target.replace(/^gatewayresponse\.header\./, '');
    const value = reference(source, { context, parameters: parametersOf(call), stageVariables: call.stageVariables });
    if (value === undefined) continue;
    for (const existing of headers.keys()) if (existing.toLowerCase() === name.toLowerCase()) headers.delete(existing);
    headers.set(name, value);
  }
  return { status, headers: [...headers], body: substitute(template, context, call.stageVariables) };
}

function chooseTemplate(
  templates: Readonly<Record<string, string>>,
  request: GatewayRequest,
): readonly [string, string] {
  const accepted = (headerOf(request, 'accept') ?? '').split(',').map((part) => part.split(';')[0]!.trim());
  for (const mediaType of accepted) if (Object.hasOwn(templates, mediaType)) return [mediaType, templates[mediaType]!];
  return ['application/json', templates['application/json'] ?? Object.values(templates)[0] ?? DEFAULT_TEMPLATE];
}

/** Gateway responses know no VTL: only variables are replaced; one that has no value is left out. */
function substitute(template: string, context: object, stageVariables: Readonly<Record<string, string>>): string {
  return template.replace(
    /\$(?:\{(context|stageVariables)\.([\w.-]+)\}|(context|stageVariables)\.([A-Za-z]\w*(?:\.[A-Za-z]\w*)*))/g,
    (...groups) => {
      const [, braced, bracedPath, bare, barePath] = groups as (string | undefined)[];
      const root: unknown = (braced ?? bare) === 'context' ? context : stageVariables;
      let value = root;
      for (const step of (bracedPath ?? barePath)!.split('.')) {
        value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined;
      }
      return value === undefined || value === null ? '' : String(value);
    },
  );
}
