// What a service of the local cloud looks like, whoever calls it: an AWS SDK over HTTP, a state machine, or another service.

import type { BrokenConstraint } from './constraints.ts';

export interface Caller {
  readonly account: string;
  readonly region: string;
  /** Where it reached this cloud, when over HTTP: `http://127.0.0.1:4566`. */
  readonly endpoint?: string;
  /**
   * The role that a function, a state machine or a service acts with: only what its policies grant is let through. Absent: a
   * developer or this cloud itself, who may do everything. Operations do not see it: what they call in turn, they call themselves.
   */
  readonly principal?: Principal;
  /** `X-Amzn-Trace-Id`: the trace that the call belongs to. What it sets off belongs to it too. */
  readonly traceHeader?: string;
  /** Aborted when the caller is gone or gave up. */
  readonly signal?: AbortSignal;
  /** Of a call that may be made twice and is meant once. What starts jobs then starts one. */
  readonly idempotencyKey?: string;
}

export interface Principal {
  readonly roleArn: string;
  /** What it calls itself: the function's name, … */
  readonly session: string;
}

/** Lets a call through or refuses it. @throws ServiceError as the called service refuses */
export type Authorize = (service: string, operation: string, input: object, caller: Caller) => void;

/**
 * One API operation. Input and output have the shapes of the AWS API reference: member names as documented, timestamps
 * as `Date`, blobs as `Uint8Array`. Throws ServiceError.
 */
// biome-ignore lint/suspicious/noExplicitAny: each operation knows its own shapes; the wire protocol cannot.
export type Operation = (input: any, caller: Caller) => Promise<object> | object;

export interface Service {
  /** The name in request signatures and AWS_ENDPOINT_URL dispatch: states, dynamodb, sqs, sns, events, logs, s3, … */
  readonly name: string;
  /** Operations by their API name: `SendMessage`. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** JSON goes in and out as it is on the wire (blobs are base64 text): the service checks types itself. */
  readonly rawJson?: boolean;
  /** It names missing members and impossible pages itself, together with what else is wrong: nothing is checked before it is called. */
  readonly checksInput?: boolean;
  /** What it answers to an input that breaks constraints of its model. Absent: a ValidationException. */
  readonly refuse?: (broken: readonly BrokenConstraint[]) => ServiceError;
  /** CloudFormation resource types that it creates. */
  readonly resources?: Readonly<Record<string, ResourceType>>;
  /** Resumes what was under way when the process ended. Called once, when all services are there and resources are made. */
  start?(): void;
  close?(): Promise<void>;
}

/** Refused or failed, the way the service says it. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
  /** `ResourceNotFoundException`. */
  readonly code: string;
  readonly statusCode: number;
  /** Further members of the error document. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, statusCode = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
    this.details = details;
  }
}

/** The local cloud lacks this part of an API: it says so instead of pretending. */
export function unsupported(what: string): ServiceError {
  return new ServiceError('UnsupportedOperationException', `This local cloud does not support ${what}.`, 501);
}

/**
 * Refuses by name what an operation would otherwise ignore.
 * @param supported members that it acts on
 * @param accepted members that change nothing on one machine
 */
export function refuseOthers(
  operation: string,
  input: object,
  supported: readonly string[],
  accepted: readonly string[] = [],
): void {
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || supported.includes(member) || accepted.includes(member)) continue;
    throw new ServiceError(
      'UnsupportedParameterException',
      `This local cloud does not support ${member} of ${operation}.`,
    );
  }
}

/** Calls an operation of any service of this cloud in process. @throws ServiceError */
// biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
export type CallService = (service: string, operation: string, input: object, caller: Caller) => Promise<any>;

/** How a resource type of a CloudFormation template becomes real. */
export interface ResourceType {
  /** Properties that it acts on. */
  readonly supported: readonly string[];
  /** Properties that are accepted though they change nothing on one machine (encryption, tags, alarms …). Others are refused. */
  readonly accepted?: readonly string[];
  /**
   * Creates it, or brings an existing one up to date: the same template is loaded again at every start.
   * @param properties with all references resolved
   */
  apply(
    properties: Readonly<Record<string, unknown>>,
    deployment: Deployment,
  ): Promise<ResourceIdentity> | ResourceIdentity;
}

export interface ResourceIdentity {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Deployment extends Caller {
  readonly stackName: string;
  readonly logicalId: string;
  /** The folder with the packaged artefacts, when it is loaded from there and not deployed: artefacts are in S3 then. */
  readonly packageFolder?: string;
}
