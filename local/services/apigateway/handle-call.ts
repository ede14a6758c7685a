import type { CallService } from '../../aws/service.ts';
import { ServiceError } from '../../aws/service.ts';
import type { ApiMethod, RestApi } from './definition/rest-api.ts';
import { GatewayError } from './gateway-error.ts';
import { proxyEvent, proxyResponse } from './integrations/lambda-proxy.ts';
import type { IntegrationAnswer, MappedRequest } from './integrations/mapped.ts';
import { mapRequest, mapResponse } from './integrations/mapped.ts';
import { callService } from './integrations/service.ts';
import type { GatewayResponse } from './message.ts';
import type { ApiCall } from './request-context.ts';

export interface IntegrationPorts {
  readonly call: CallService;
  /** Of the AWS endpoint. */
  readonly endpointUrl: () => string;
}

/** Performs the integration of a call that was admitted. @throws GatewayError */
export async function integrate(
  call: ApiCall,
  method: ApiMethod,
  api: RestApi,
  ports: IntegrationPorts,
): Promise<GatewayResponse> {
  const { integration } = method;
  // A function's time and an SDK's are real ones, so this one is too.
  const timeout = AbortSignal.timeout(integration.timeoutMilliseconds);
  const signal = call.request.signal ? AbortSignal.any([timeout, call.request.signal]) : timeout;
  try {
    return await withTimeout(perform(call, method, api, ports, signal), signal);
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    if (timeout.aborted) throw new GatewayError('INTEGRATION_TIMEOUT');
    // The function or the service is not there, or may not be called.
    if (error instanceof ServiceError) throw new GatewayError('API_CONFIGURATION_ERROR');
    throw error;
  }
}

async function perform(
  call: ApiCall,
  method: ApiMethod,
  api: RestApi,
  ports: IntegrationPorts,
  signal: AbortSignal,
): Promise<GatewayResponse> {
  const { integration } = method;
  if (integration.type === 'lambdaProxy') {
    const event = JSON.stringify(proxyEvent(call, method, api.binaryMediaTypes));
    const { FunctionError, Payload } = await invoke(integration.functionArn, event, call, ports, signal);
    if (FunctionError) throw new GatewayError('DEFAULT_5XX');
    return proxyResponse(Payload, call.request, api.binaryMediaTypes);
  }
  const mapped = mapRequest(call, integration);
  const answer = await answerOf(method, mapped, call, ports, signal);
  return mapResponse(call, integration, mapped, answer);
}

async function answerOf(
  { integration }: ApiMethod,
  mapped: MappedRequest,
  call: ApiCall,
  ports: IntegrationPorts,
  signal: AbortSignal,
): Promise<IntegrationAnswer> {
  switch (integration.type) {
    case 'mock':
      return { selector: mockStatus(mapped.body), headers: {}, body: '' };
    case 'service':
      return callService(integration, mapped, call, ports.endpointUrl(), signal);
    case 'lambda': {
      const { FunctionError, Payload } = await invoke(integration.functionArn, mapped.body, call, ports, signal);
      if (!FunctionError) return { selector: '', headers: {}, body: Payload };
      const { errorMessage = '' } = JSON.parse(Payload) as { errorMessage?: string };
      return { selector: errorMessage, headers: {}, body: Payload };
    }
    case 'lambdaProxy':
      throw new Error('a Lambda proxy integration has no mapping');
  }
}

/** A mock's request template has to make `{"statusCode": 200}`; API Gateway does without the quotes too. */
function mockStatus(body: string): string {
  const [, status] = /^\s*\{[^{}]*?["']?\bstatusCode["']?\s*:\s*["']?(\d{3})\b/.exec(body) ?? [];
  if (status === undefined) throw new GatewayError('API_CONFIGURATION_ERROR');
  return status;
}

/** Invokes a function and waits for its answer. */
export async function invoke(
  FunctionName: string,
  payload: string,
  { account, region, traceId }: ApiCall,
  { call }: Pick<IntegrationPorts, 'call'>,
  signal: AbortSignal,
): Promise<{ FunctionError?: string; Payload: string }> {
  const { FunctionError, Payload } = await call(
    'lambda',
    'Invoke',
    { FunctionName, Payload: payload },
    { account, region, signal, traceHeader: traceId },
  );
  return { FunctionError, Payload: new TextDecoder().decode(Payload) };
}

/** What was begun goes on, as a function on AWS does when API Gateway has given up waiting for it. */
function withTimeout<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = (): void => reject(signal.reason as Error);
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
