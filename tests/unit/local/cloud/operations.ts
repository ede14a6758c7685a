import { Agent, request } from 'node:http';
import type { NormalizedSchema } from '@smithy/core/schema';
import { members } from '../../../../local/aws/json-shapes.ts';
import { modelledServices, type OperationModel, operationModel, operationNames } from '../../../../local/aws/model.ts';
import type { CallService } from '../../../../local/aws/service.ts';

export const CALLER = { account: '000000000000', region: 'us-east-1' };

export interface KnownOperation {
  readonly service: string;
  readonly name: string;
  readonly model: OperationModel;
}

/** All operations that this cloud has, by asking it for every one that AWS has. */
export async function operationsOf(call: CallService): Promise<KnownOperation[]> {
  const all = modelledServices.flatMap((service) =>
    operationNames(service).map((name) => ({ service, name, model: operationModel(service, name)! })),
  );
  const isKnown = await Promise.all(
    all.map(({ service, name }) =>
      call(service, name, {}, CALLER).then(
        () => true,
        ({ code }) => code !== 'UnknownOperationException',
      ),
    ),
  );
  return all.filter((_, index) => isKnown[index]);
}

const QUERY = ['cloudformation', 'iam', 'monitoring', 'sns', 'sts'];

/** Sends an input as a client without any scruples would: whatever its types. */
export function send(url: string, { service, name, model }: KnownOperation, input: object): Promise<Answer> {
  if (model.http) return sendRest(url, service, model, input);
  if (QUERY.includes(service))
    return post(url, service, new URLSearchParams({ Action: name, ...flat(input) }).toString(), FORM);
  return sendBody(url, { service, name, model }, JSON.stringify(input));
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** Sends a body that need not even be an input. */
export function sendBody(
  url: string,
  { service, name, model }: KnownOperation,
  body: string | Uint8Array,
): Promise<Answer> {
  if (model.http) return rest(url, service, model, {}, body);
  if (QUERY.includes(service)) return post(url, service, body, FORM);
  const headers = { 'x-amz-target': `Some.${name}`, 'content-type': 'application/x-amz-json-1.1' };
  return post(url, service, body, headers);
}

const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

const post = (url: string, service: string, body: string | Uint8Array, headers: Record<string, string>) =>
  exchange('POST', url, { ...signed(service), ...headers }, body);

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true });

/** There are thousands of them: fetch takes several times as long. */
function exchange(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, agent },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode!, body: text }));
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function sendRest(url: string, service: string, model: OperationModel, input: object): Promise<Answer> {
  const own = Object.fromEntries(Object.entries(input).filter(([name]) => isInBody(model.input, name)));
  return rest(url, service, model, input as Record<string, unknown>, JSON.stringify(own));
}

function isInBody(schema: NormalizedSchema, name: string): boolean {
  const traits = [...members(schema)].find(([member]) => member === name)?.[1].getMergedTraits();
  return !traits?.httpLabel && !traits?.httpQuery && !traits?.httpHeader;
}

function rest(
  url: string,
  service: string,
  { http, input: schema }: OperationModel,
  input: Readonly<Record<string, unknown>>,
  body: string | Uint8Array,
): Promise<Answer> {
  const [method, template] = http!;
  const query = new URLSearchParams();
  const headers: Record<string, string> = signed(service);
  let path = service === 's3' && !template.includes('{Bucket}') ? `/bucket${template}` : template;
  for (const [name, member] of members(schema)) {
    const { httpLabel, httpQuery, httpHeader } = member.getMergedTraits();
    const value = input[name];
    if (httpLabel) path = path.replace(new RegExp(`\\{${name}\\+?\\}`), encodeURIComponent(text(value ?? 'x') || 'x'));
    if (httpQuery && value !== undefined) query.append(httpQuery, text(value));
    // Its length says the client itself.
    if (httpHeader && httpHeader !== 'Content-Length' && value !== undefined)
      headers[httpHeader] = encodeURIComponent(text(value)).slice(0, LONGEST_HEADER);
  }
  const separator = path.includes('?') ? '&' : '?';
  return exchange(method, `${url}${path}${separator}${query}`, headers, body);
}

/** Node.js itself refuses more than 16 KiB of them, before this cloud sees any. */
const LONGEST_HEADER = 200;

const text = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const DEEPEST = 200;

/** `{ Tags: [{ Key: 'a' }] }` as `Tags.member.1.Key=a`. */
function flat(value: unknown, prefix = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null || prefix.length > DEEPEST)
    return prefix === '' ? {} : { [prefix]: String(value) };
  const entries = Array.isArray(value)
    ? value.map((entry, index): [string, unknown] => [`member.${index + 1}`, entry])
    : Object.entries(value);
  return Object.assign({}, ...entries.map(([name, entry]) => flat(entry, prefix === '' ? name : `${prefix}.${name}`)));
}
