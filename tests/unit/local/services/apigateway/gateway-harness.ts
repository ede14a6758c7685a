import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createApiGatewayService } from '../../../../../local/services/apigateway/apigateway-service.ts';
import type { GatewayRequest } from '../../../../../local/services/apigateway/message.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';

export const START = Date.parse('2026-03-01T12:00:00Z');
export const deployment = {
  account: '000000000000',
  region: 'eu-central-1',
  stackName: 'shop',
  packageFolder: '/package',
};

export const functionUri = (name: string) =>
  `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:000000000000:function:${name}/invocations`;
export const proxy = (name = 'f') => ({ type: 'aws_proxy', httpMethod: 'POST', uri: functionUri(name) });
export const route = (integration: object, more: object = {}) => ({
  'x-amazon-apigateway-integration': integration,
  ...more,
});

interface Setup {
  readonly paths: object;
  readonly document?: object;
  readonly stage?: object;
  /** Answers an AWS call of the gateway. */
  // biome-ignore lint/suspicious/noExplicitAny: as each operation has it.
  readonly call?: (service: string, operation: string, input: any) => unknown;
  readonly endpointUrl?: string;
}

/** One API of the gateway, in memory, with functions and services that a test answers for. */
export async function start({
  paths,
  document = {},
  stage = {},
  call = () => ({}),
  endpointUrl = 'http://127.0.0.1:1',
}: Setup) {
  const clock = createManualClock(START);
  const calls: [string, string, Record<string, unknown>][] = [];
  const reports: unknown[] = [];
  const service = createApiGatewayService({
    storage: openStorage(),
    clock,
    endpointUrl: () => endpointUrl,
    publicUrl: () => 'http://127.0.0.1:3000',
    report: (error) => reports.push(error),
    call: async (name, operation, input) => {
      calls.push([name, operation, input as Record<string, unknown>]);
      return call(name, operation, input);
    },
  });
  const apply = (type: string, logicalId: string, properties: object) =>
    service.resources![`AWS::ApiGateway::${type}`]!.apply(properties as never, { ...deployment, logicalId });
  const { ref: RestApiId } = await apply('RestApi', 'Api', {
    Body: { openapi: '3.0.1', info: { title: 'shop' }, paths, ...document },
  });
  await apply('Deployment', 'Deployment', { RestApiId });
  await apply('Stage', 'Stage', { RestApiId, StageName: 'dev', ...stage });
  const send = async (
    method: string,
    requestPath: string,
    options: Partial<GatewayRequest> & { text?: string; json?: unknown; accept?: string } = {},
  ) => {
    const { text, json, accept, ...request } = options;
    const body = json === undefined ? (text ?? '') : JSON.stringify(json);
    const [path, query = ''] = requestPath.split('?') as [string, string?];
    const {
      status,
      headers,
      body: answer,
    } = await service.handle({
      method,
      requestPath: path,
      query: [...new URLSearchParams(query)],
      body: Buffer.from(body),
      sourceIp: '127.0.0.1',
      protocol: 'HTTP/1.1',
      ...request,
      headers: [
        ['Host', '127.0.0.1:3000'],
        ...(json === undefined ? [] : [['Content-Type', 'application/json'] as const]),
        ...(accept ? [['Accept', accept] as const] : []),
        ...(request.headers ?? []),
      ],
    });
    const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const content = typeof answer === 'string' ? answer : Buffer.from(answer).toString();
    return { status, headers: named, text: content, json: () => JSON.parse(content) };
  };
  return { service, send, apply, calls, reports, clock, apiId: RestApiId };
}

export const lambdaAnswers =
  (answer: unknown, more: object = {}) =>
  () => ({ Payload: new TextEncoder().encode(JSON.stringify(answer)), ...more });
