import type { ApiGatewayService } from '../services/apigateway/apigateway-service.ts';
import type { TaskEnvironment } from '../stepfunctions/engine/tasks/integration.ts';

/** How Task states reach the APIs of this cloud: within the process, as if the request had come over HTTP. */
export function createApiCaller(gateway: Pick<ApiGatewayService, 'urlOf' | 'handle'>): TaskEnvironment['callApi'] {
  return async (apiId, stage = '$default', request) => {
    if (gateway.urlOf(apiId) === undefined) return undefined;
    const [path = '/', query = ''] = request.url.split(/\?(.*)/s);
    const { status, headers, body } = await gateway.handle({
      method: request.method,
      requestPath: `/_api/${apiId}/${stage}${path}`,
      query: [...new URLSearchParams(query)],
      headers: request.headers,
      body: Buffer.from(request.body ?? ''),
      sourceIp: '127.0.0.1',
      protocol: 'HTTP/1.1',
      signal: request.signal,
    });
    return { status, statusText: '', headers, body: typeof body === 'string' ? Buffer.from(body) : body };
  };
}
