import { join } from 'node:path';
import { createCaller } from './aws/caller.ts';
import { createEndpoint, type Endpoint } from './aws/endpoint.ts';
import type { Authorize, Caller, CallService, Service } from './aws/service.ts';
import type { AdjustableClock } from './clock.ts';
import { type Activity, createActivity, watchedCalls } from './cloud/activity.ts';
import { type AroundCalls, withAround } from './cloud/around-calls.ts';
import { createApiCaller } from './cloud/call-api.ts';
import { type CloudData, openData } from './cloud/data-folder.ts';
import { type HttpServer, listen, portError, type RequestHandler } from './cloud/http-server.ts';
import { StartError } from './cloud/start-error.ts';
import { createStepFunctions } from './cloud/step-functions.ts';
import { applicationOf, type ConsoleManifest } from './console/api/application.ts';
import { createConsole } from './console/console.ts';
import { createWatch } from './console/watch.ts';
import { createAuthorizer } from './iam/authorizer.ts';
import type { Grant } from './iam/evaluate.ts';
import { principalOf } from './iam/session-token.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { createApiGatewayService } from './services/apigateway/apigateway-service.ts';
import { type CloudFormationService, createCloudFormation } from './services/cloudformation/cloudformation.ts';
import { createMetricStore } from './services/cloudwatch/metric-store.ts';
import { createCoreServices } from './services/core-services.ts';
import { rolePolicies } from './services/iam/role-policies.ts';
import { createJobs } from './services/jobs/jobs.ts';
import { createLambdaService } from './services/lambda/lambda-service.ts';
import type { Engine } from './stepfunctions/engine/ports.ts';
import { createHttpClient } from './stepfunctions/engine/tasks/http/http-client.ts';
import { createSystemClock } from './system-clock.ts';
import { rewriteApiUrls } from './template/api-urls.ts';
import { type PackagedService, readPackage } from './template/package-folder.ts';
import { TemplateError } from './template/problem.ts';

export interface CloudOptions {
  /** What `serverless package` wrote; absent: a cloud with nothing in it. */
  readonly packageFolder?: string;
  /** What containers of jobs run: a folder for each image, with its program `entrypoint.mjs`. */
  readonly imagesFolder?: string;
  /** Where everything is kept; absent: in memory. */
  readonly dataFolder?: string;
  /** 0 or absent: any that is free. */
  readonly ports?: { readonly http?: number; readonly aws?: number };
  /** Absent: the machine's time, ahead by what was skipped. */
  readonly clock?: AdjustableClock;
  /** Of the template, beside their defaults, once it is known where this cloud can be reached. */
  readonly parameters?: (urls: Pick<CloudUrls, 'api' | 'aws' | 'issuer'>) => Readonly<Record<string, string>>;
  /** Absent: the region that the package was made for, or us-east-1. */
  readonly region?: string;
  /** How the console shows the application. */
  readonly console?: ConsoleManifest;
  /** Told of each grant of a role that let a call through. */
  readonly onGrantUsed?: (roleArn: string, grant: Grant) => void;
  /** Stands around every call of a service. */
  readonly aroundCalls?: AroundCalls;
  /** Told of mistakes of this cloud itself. */
  readonly report?: (error: unknown, what: string) => void;
}

export interface CloudUrls {
  /** Of the first REST API: `http://127.0.0.1:3000`. */
  readonly api: string;
  /** For AWS SDKs and the AWS CLI. */
  readonly aws: string;
  readonly console: string;
  readonly mailbox: string;
  /** Of access tokens for the API's clients: an OpenID provider. */
  readonly issuer: string;
  /** Opens the routes of the API that need a key; absent if there is none. */
  readonly apiKey?: string;
}

export interface Cloud {
  readonly urls: CloudUrls;
  readonly account: string;
  readonly region: string;
  /** Of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly clock: AdjustableClock;
  readonly mailbox: Mailbox;
  readonly engine: Engine;
  /** Calls any AWS operation of this cloud in process. */
  readonly call: CallService;
  close(): Promise<void>;
}

const ACCOUNT = '000000000000';
const DEFAULT_REGION = 'us-east-1';

/**
 * Starts a whole cloud on this machine, on the loopback interface only, and deploys a package to it. State of an earlier run
 * in the same data folder is taken up again.
 * @throws StartError with what is in the way and what to do
 */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const opened: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const each of opened.splice(0).reverse()) await each();
  };
  try {
    return await start(options, opened, close);
  } catch (error) {
    await close();
    if (error instanceof TemplateError) {
      throw new StartError('TemplateRefused', `${error.message}. Change the template, or package it again.`, error);
    }
    if (isDiskFull(error)) {
      throw new StartError(
        'DataFolderUnusable',
        `No space is left for ${options.dataFolder}: free some and start again.`,
        error,
      );
    }
    throw error;
  }
}

/** SQLITE_FULL, or the file system's own word for it. */
function isDiskFull(error: unknown): boolean {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  return errcode === 13 || code === 'ENOSPC';
}

async function start(options: CloudOptions, opened: (() => unknown)[], close: () => Promise<void>): Promise<Cloud> {
  const { packageFolder, ports = {}, report = () => {} } = options;
  const packaged = packageFolder === undefined ? undefined : readPackage(packageFolder);
  const region = options.region ?? packaged?.region ?? DEFAULT_REGION;
  const caller: Caller = { account: ACCOUNT, region };
  const data = openData(options.dataFolder);
  opened.push(() => data.close());
  const activity = createActivity();
  const clock = options.clock ?? createPersistentClock(data, activity, report);
  const watch = createWatch();
  const mailbox = watch.mails(createMailbox(data.storage, clock));

  const services: Service[] = [];
  const authorize = createAuthorizer({
    policiesOf: rolePolicies(data.storage),
    ...(options.onGrantUsed && { onUse: options.onGrantUsed }),
    onRefused: ({ message }) => report(message, 'IAM'),
  });
  const call = watchedCalls(createCaller(services, authorize), activity);
  let serve = notReady;
  const http = await listen(ports.http ?? 0, (request, response) => serve(request, response), report);
  opened.push(() => http.close());
  const endpoint = await openEndpoint(services, authorize, ports.aws ?? 0, report);
  opened.push(() => endpoint.close());

  const metrics = createMetricStore(data.storage, clock, report);
  const base = { storage: data.storage, clock, call, metrics, report };
  const lambda = createLambdaService({
    ...base,
    codeFolder: join(data.filesFolder, 'functions'),
    endpointUrl: () => endpoint.url,
    during: activity.during,
  });
  opened.push(() => lambda.close());
  const gateway = createApiGatewayService({ ...base, endpointUrl: () => endpoint.url, publicUrl: () => http.url });
  opened.push(() => gateway.close());
  const core = createCoreServices({ ...base, mailbox, url: () => endpoint.url });
  opened.push(() => core.close());
  const jobs = createJobs({
    ...base,
    endpointUrl: () => endpoint.url,
    imagesFolder: options.imagesFolder,
    during: activity.during,
  });
  opened.push(() => jobs.close());
  const around = (service: Service): Service => withAround(service, options.aroundCalls);
  services.push(...[lambda, gateway, ...core.all, ...jobs.services].map(around));
  const sendHttp = createHttpClient();
  // Last opened is first closed: no task may see the services go.
  const { engine, service } = await createStepFunctions({
    ...caller,
    data,
    clock,
    call,
    services,
    events: core.events,
    metrics,
    jobChanged: jobs.changes.next,
    callApi: createApiCaller(gateway),
    sendHttp: (request) => activity.during(sendHttp(request)),
    onProgress: watch.progressed,
    report,
  });
  opened.push(() => engine.close());
  services.push(around(service));

  const stacks = createCloudFormation({
    ...base,
    resourceTypes: () => new Map(services.flatMap(({ resources = {} }) => Object.entries(resources))),
    rewriteText: (text) => rewriteApiUrls(text, gateway.urlOf),
  });
  opened.push(() => stacks.close());
  services.push(stacks);
  const issuer = createIssuer({ storage: data.storage, clock, url: `${http.url}/_local/issuer` });
  const parameters = options.parameters?.({ api: http.url, aws: endpoint.url, issuer: issuer.url }) ?? {};
  const outputs = packaged ? await load(packaged, packageFolder!, parameters, stacks, caller) : {};
  await stacks.resume();
  lambda.resume();
  core.start();
  jobs.resume();
  engine.resume();
  const urls = urlsOf(http, endpoint, issuer, await firstApiKey(call, caller));
  const localConsole = createConsole({
    ...watch,
    clock,
    mailbox,
    engine,
    executions: data.executions,
    call,
    caller,
    storage: data.storage,
    application: applicationOf(packaged?.stackName, urls, region, gateway.document(), options.console),
    issuer,
  });
  opened.push(() => {
    serve = notReady;
  });
  serve = (request, response) =>
    localConsole.owns(request) ? localConsole.serve(request, response) : gateway.serve(request, response);
  return { urls, account: ACCOUNT, region, outputs, clock, mailbox, engine, call, close };
}

/** What was skipped stays skipped: the offset is kept with the rest. */
function createPersistentClock(
  { storage }: CloudData,
  { settled }: Activity,
  report: NonNullable<CloudOptions['report']>,
): AdjustableClock {
  const table = storage.table<{ offset: number }>('clock');
  return createSystemClock({
    offset: table.get('system')?.offset ?? 0,
    onOffset: (offset) => table.put('system', { offset }),
    // A full disk is no reason to end: what can be answered is.
    report: (error) => report(error, 'a timer'),
    settled,
  });
}

const notReady: RequestHandler = async (_request, response) => {
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end('{"message":"The local cloud is starting or ending."}');
};

async function openEndpoint(
  services: readonly Service[],
  authorize: Authorize,
  port: number,
  report: NonNullable<CloudOptions['report']>,
): Promise<Endpoint> {
  try {
    return await createEndpoint({ services, authorize, principalOf, port, report });
  } catch (error) {
    throw portError(port, 'AWS_PORT', error);
  }
}

/** The package becomes a stack without S3: its artefacts are at hand. */
const load = (
  { text, stackName }: PackagedService,
  packageFolder: string,
  parameters: Readonly<Record<string, string>>,
  stacks: CloudFormationService,
  caller: Caller,
): Promise<Readonly<Record<string, string>>> =>
  stacks.load({ stackName, template: text, packageFolder, parameters }, caller);

async function firstApiKey(call: CallService, caller: Caller): Promise<string | undefined> {
  const { items } = (await call('apigateway', 'GetApiKeys', { includeValues: true, limit: 500 }, caller)) as {
    items: readonly { readonly enabled: boolean; readonly stageKeys: readonly string[]; readonly value: string }[];
  };
  return items.find(({ enabled, stageKeys }) => enabled && stageKeys.length > 0)?.value;
}

const urlsOf = (http: HttpServer, endpoint: Endpoint, issuer: Issuer, apiKey: string | undefined): CloudUrls => ({
  api: http.url,
  aws: endpoint.url,
  console: `${http.url}/_local/`,
  mailbox: `${http.url}/_local/mailbox`,
  issuer: issuer.url,
  ...(apiKey !== undefined && { apiKey }),
});
