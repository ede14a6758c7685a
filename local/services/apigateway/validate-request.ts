import type { ApiMethod, RequiredParameter } from './definition/rest-api.ts';
import { GatewayError } from './gateway-error.ts';
import { headerOf, mediaTypeOf } from './message.ts';
import type { ApiCall } from './request-context.ts';

/** The order in which API Gateway looks, and its words: `Missing required request parameters: [Idempotency-Key]`. */
export function validateRequest(call: ApiCall, method: ApiMethod): void {
  if (method.validateParameters) {
    const missing = method.requiredParameters.filter((parameter) => !isGiven(parameter, call));
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name).join(', ');
      throw new GatewayError('BAD_REQUEST_PARAMETERS', `Missing required request parameters: [${names}]`);
    }
  }
  if (method.validateBody) validateBody(call, method);
}

function isGiven({ name, in: place }: RequiredParameter, { request, pathParameters }: ApiCall): boolean {
  switch (place) {
    case 'path':
      return Object.hasOwn(pathParameters, name);
    case 'query':
      return request.query.some(([key, value]) => key === name && value !== '');
    case 'header':
      return Boolean(headerOf(request, name.toLowerCase()));
  }
}

function validateBody({ request }: ApiCall, { bodies }: ApiMethod): void {
  const mediaType = mediaTypeOf(request);
  const validator = Object.hasOwn(bodies, mediaType) ? bodies[mediaType] : undefined;
  // A body of a type that has no model is not looked at.
  if (!validator) return;
  const problems = validator(parseJson(request.body));
  if (problems.length > 0) throw new GatewayError('BAD_REQUEST_BODY', undefined, problems);
}

function parseJson(body: Uint8Array): unknown {
  const text = decode(body);
  if (depthOf(text) > DEEPEST) throw unreadable(`the body is nested more than ${DEEPEST} deep`);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unreadable(`the body is not JSON: ${(error as Error).message}`);
  }
}

/** As Jackson has it, by which API Gateway reads JSON. What is deeper would overflow the stack of whatever walks it. */
const DEEPEST = 1_000;

function depthOf(text: string): number {
  let [depth, deepest, inString] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') inString = !inString;
    else if (inString) at += character === '\\' ? 1 : 0;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw unreadable('the body is not UTF-8');
  }
}

/** The reason goes into templates as it is, so it must not end a text there. */
const unreadable = (reason: string): GatewayError =>
  new GatewayError('BAD_REQUEST_BODY', undefined, [reason.replaceAll(/["\\\p{Cc}]/gu, ' ')]);
