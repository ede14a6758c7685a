import { sessionToken } from '../../../iam/session-token.ts';
import type { IntegrationTarget } from '../definition/rest-api.ts';
import { GatewayError } from '../gateway-error.ts';
import type { ApiCall } from '../request-context.ts';
import type { IntegrationAnswer, MappedRequest } from './mapped.ts';

type ServiceTarget = Extract<IntegrationTarget, { type: 'service' }>;

/** How services of the JSON protocols name their operations on the wire. All others get `Action` as a parameter. */
const TARGET_PREFIXES: Readonly<Record<string, string>> = {
  states: 'AWSStepFunctions',
  dynamodb: 'DynamoDB_20120810',
  events: 'AWSEvents',
  logs: 'Logs_20140328',
  sqs: 'AmazonSQS',
};

/** Sends a request to the AWS endpoint of this cloud, as it would go to AWS: the answer has the form that it has there. */
export async function callService(
  target: ServiceTarget,
  mapped: MappedRequest,
  call: ApiCall,
  endpointUrl: string,
  signal: AbortSignal,
): Promise<IntegrationAnswer> {
  const url = new URL(endpointUrl);
  const headers = new Headers({ 'content-type': mapped.contentType });
  const prefix = TARGET_PREFIXES[target.service];
  if ('path' in target.action) {
    url.pathname = target.action.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
      encodeURIComponent(mapped.path[name] ?? ''),
    );
  } else if (prefix) {
    headers.set('x-amz-target', `${prefix}.${target.action.name}`);
    headers.set('content-type', 'application/x-amz-json-1.0');
  } else url.searchParams.set('Action', target.action.name);
  for (const [name, value] of Object.entries(mapped.querystring)) url.searchParams.set(name, value);
  for (const [name, value] of Object.entries(mapped.headers)) headers.set(name, value);
  headers.set(
    'authorization',
    `AWS4-HMAC-SHA256 Credential=${call.account}/20260101/${target.region}/${target.service}/aws4_request`,
  );
  // Last, so that no mapping of a request's header takes its place.
  if (target.role !== undefined) {
    headers.set('x-amz-security-token', sessionToken({ roleArn: target.role, session: 'BackplaneAssumeRoleSession' }));
  }
  headers.set('x-amzn-trace-id', call.traceId);
  const hasBody = target.httpMethod !== 'GET' && target.httpMethod !== 'HEAD';
  try {
    const response = await fetch(url, {
      method: target.httpMethod,
      headers,
      signal,
      ...(hasBody && { body: mapped.body }),
    });
    return {
      selector: String(response.status),
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    throw new GatewayError('INTEGRATION_FAILURE');
  }
}
