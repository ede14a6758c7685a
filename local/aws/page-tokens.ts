import { createHash } from 'node:crypto';
import { type BrokenConstraint, brokenText, lowerFirst, refusalWith } from './constraints.ts';
import { members } from './json-shapes.ts';
import { operationModel } from './model.ts';
import { type Operation, type Service, ServiceError } from './service.ts';

/** What a request calls the token that goes on from a page. */
const ASKED = ['NextToken', 'nextToken', 'Marker', 'ContinuationToken', 'position'];
/** What an answer calls the token of the next page. */
const TOLD = ['NextToken', 'nextToken', 'NextMarker', 'Marker', 'NextContinuationToken', 'position'].concat(
  ...['nextForwardToken', 'nextBackwardToken'],
);

/** How services say that a token is none of theirs; the others say that a constraint is broken. */
const CODES: Readonly<Record<string, string>> = {
  elasticmapreduce: 'InvalidRequestException',
  glue: 'InvalidInputException',
  kms: 'InvalidMarkerException',
  lambda: 'InvalidParameterValueException',
  monitoring: 'InvalidNextToken',
  secretsmanager: 'InvalidNextTokenException',
  ssm: 'InvalidNextToken',
};

/** Step Functions checks its own. Of ListObjects any key is a marker. */
const hasOwnTokens = (service: string, operation: string): boolean =>
  service === 'states' || (service === 's3' && operation === 'ListObjects');

interface TokenNames {
  readonly asked: string;
  readonly told: readonly string[];
}

const known = new Map<string, TokenNames | undefined>();

/**
 * The operation, whose tokens are opaque: each carries a checksum, so that what did not come with a page of the same listing is
 * refused. What is inside is the operation's own.
 */
export function withTokensChecked(service: Service, operation: string, run: Operation): Operation {
  const names = tokenNames(service.name, operation);
  if (!names) return run;
  const { asked, told } = names;
  const listing = `${service.name}:${operation}`;
  return async (input, caller) => {
    const { [asked]: given, ...others } = input as Record<string, unknown>;
    if (given === undefined || given === null) return sealAll(await run(others, caller), told, listing);
    const value = unseal(String(given), listing);
    if (value === undefined) throw refusalOf(service, { member: lowerFirst(asked), value: given, constraint: MUST });
    const output = sealAll(await run({ ...others, [asked]: value }, caller), told, listing);
    // S3 says again what it was asked with.
    return asked in output && !told.includes(asked) ? { ...output, [asked]: given } : output;
  };
}

const MUST = 'be a token that came with the page before';

function tokenNames(service: string, operation: string): TokenNames | undefined {
  const key = `${service}:${operation}`;
  if (!known.has(key))
    known.set(key, hasOwnTokens(service, operation) ? undefined : readTokenNames(service, operation));
  return known.get(key);
}

function readTokenNames(service: string, operation: string): TokenNames | undefined {
  const model = operationModel(service, operation);
  const asked = model && [...members(model.input)].map(([name]) => name).find((name) => ASKED.includes(name));
  if (asked === undefined) return undefined;
  const inAnswer = [...members(model!.output)].map(([name]) => name);
  const told = inAnswer.filter((name) => TOLD.includes(name));
  return { asked, told: told.length > 0 ? told : inAnswer.filter((name) => name === asked) };
}

function sealAll(output: object, told: readonly string[], listing: string): Record<string, unknown> {
  const tokens = Object.entries(output).filter(([name, value]) => told.includes(name) && typeof value === 'string');
  return { ...output, ...Object.fromEntries(tokens.map(([name, value]) => [name, seal(value, listing)])) };
}

const CHECKSUM_BYTES = 9;

function seal(text: string, listing: string): string {
  const checksum = createHash('sha256').update(`${listing} ${text}`).digest().subarray(0, CHECKSUM_BYTES);
  return Buffer.concat([checksum, Buffer.from(text)]).toString('base64url');
}

function unseal(token: string, listing: string): string | undefined {
  const text = Buffer.from(token, 'base64url').subarray(CHECKSUM_BYTES).toString();
  return seal(text, listing) === token ? text : undefined;
}

function refusalOf({ name, refuse }: Service, broken: BrokenConstraint): ServiceError {
  const code = CODES[name];
  if (code !== undefined) return new ServiceError(code, brokenText(broken));
  return (refuse ?? refusalWith('ValidationException'))([broken]);
}
