import { join } from 'node:path';
import { createCaller } from './aws/caller.ts';
import { createEndpoint, type Endpoint } from './aws/endpoint.ts';
import type { Caller, CallService, Service } from './aws/service.ts';
import type { AdjustableClock } from './clock.ts';
import { type Activity, createActivity, watchedCalls, watchedStore } from './cloud/activity.ts';
import { type CloudData, openData } from './cloud/data-folder.ts';
import { type HttpServer, listen, portError, type RequestHandler } from './cloud/http-server.ts';
import { StartError } from './cloud/start-error.ts';
import { createStepFunctions } from './cloud/step-functions.ts';
import { createConsole } from './console/console.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import { createApiGatewayService } from './services/apigateway/apigateway-service.ts';
import { createCoreServices } from './services/core-services.ts';
import { createLambdaService } from './services/lambda/lambda-service.ts';
import type { Engine } from './stepfunctions/engine/ports.ts';
import { createSystemClock } from './system-clock.ts';
import { rewriteApiUrls } from './template/api-urls.ts';
import { applyTemplate } from './template/apply-template.ts';
import { type PackagedService, readPackage } from './template/package-folder.ts';
import { TemplateError } from './template/problem.ts';

export interface CloudOptions {
  /** What `serverless package` wrote; absent: a cloud with nothing in it. */
  readonly packageFolder?: string;
  /** Where everything is kept; absent: in memory. */
  readonly dataFolder?: string;
  /** 0 or absent: any that is free. */
  readonly ports?: { readonly http?: number; readonly aws?: number };
  /** Absent: the machine's time, ahead by what was skipped. */
  readonly clock?: AdjustableClock;
  /** Of the template, beside their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Absent: the region that the package was made for, or us-east-1. */
  readonly region?: string;
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
    throw error;
  }
}

async function start(options: CloudOptions, opened: (() => unknown)[], close: () => Promise<void>): Promise<Cloud> {
  const { packageFolder, ports = {}, report = () => {} } = options;
  const packaged = packageFolder === undefined ? undefined : readPackage(packageFolder);
  const region = options.region ?? packaged?.region ?? DEFAULT_REGION;
  const caller: Caller = { account: ACCOUNT, region };
  const data = openData(options.dataFolder);
  opened.push(() => data.close());
  const activity = createActivity();
  const clock = options.clock ?? createPersistentClock(data, activity);
  const mailbox = createMailbox(data.storage, clock);

  const services: Service[] = [];
  const call = watchedCalls(createCaller(services), activity);
  let serve = notReady;
  const http = await listen(ports.http ?? 0, (request, response) => serve(request, response));
  opened.push(() => http.close());
  const endpoint = await openEndpoint(services, ports.aws ?? 0, report);
  opened.push(() => endpoint.close());

  const base = { storage: data.storage, clock, call, report };
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
  services.push(lambda, gateway, ...core.all);
  // Last opened is first closed: no task may see the services go.
  const { engine, service } = await createStepFunctions({
    ...caller,
    data: { ...data, executions: watchedStore(data.executions, activity) },
    clock,
    call,
    services,
    events: core.events,
    report,
  });
  opened.push(() => engine.close());
  services.push(service);

  const outputs = packaged
    ? await deploy(packaged, packageFolder!, { ...options, ...caller, services, urlOf: gateway.urlOf })
    : {};
  lambda.resume();
  core.start();
  const localConsole = createConsole({ clock, mailbox, engine });
  opened.push(() => {
    serve = notReady;
  });
  serve = (request, response) =>
    localConsole.owns(request) ? localConsole.serve(request, response) : gateway.serve(request, response);
  const urls = urlsOf(http, endpoint, await firstApiKey(call, caller));
  return { urls, account: ACCOUNT, region, outputs, clock, mailbox, engine, call, close };
}

/** What was skipped stays skipped: the offset is kept with the rest. */
function createPersistentClock({ storage }: CloudData, { settled }: Activity): AdjustableClock {
  const table = storage.table<{ offset: number }>('clock');
  return createSystemClock({
    offset: table.get('system')?.offset ?? 0,
    onOffset: (offset) => table.put('system', { offset }),
    settled,
  });
}

const notReady: RequestHandler = async (_request, response) => {
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end('{"message":"The local cloud is starting or ending."}');
};

async function openEndpoint(
  services: readonly Service[],
  port: number,
  report: NonNullable<CloudOptions['report']>,
): Promise<Endpoint> {
  try {
    return await createEndpoint({ services, port, report });
  } catch (error) {
    throw portError(port, 'AWS_PORT', error);
  }
}

interface DeployOptions extends Caller {
  readonly services: readonly Service[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly urlOf: (restApiId: string, stage?: string) => string | undefined;
}

async function deploy(
  { template, stackName }: PackagedService,
  packageFolder: string,
  { services, account, region, parameters = {}, urlOf }: DeployOptions,
): Promise<Readonly<Record<string, string>>> {
  const resourceTypes = new Map(services.flatMap(({ resources = {} }) => Object.entries(resources)));
  const { outputs } = await applyTemplate(template, {
    resourceTypes,
    stackName,
    account,
    region,
    packageFolder,
    parameters,
    rewriteText: (text) => rewriteApiUrls(text, urlOf),
  });
  return outputs;
}

async function firstApiKey(call: CallService, caller: Caller): Promise<string | undefined> {
  const { items } = (await call('apigateway', 'GetApiKeys', { includeValues: true }, caller)) as {
    items: readonly { readonly enabled: boolean; readonly stageKeys: readonly string[]; readonly value: string }[];
  };
  return items.find(({ enabled, stageKeys }) => enabled && stageKeys.length > 0)?.value;
}

const urlsOf = (http: HttpServer, endpoint: Endpoint, apiKey: string | undefined): CloudUrls => ({
  api: http.url,
  aws: endpoint.url,
  console: `${http.url}/_local/`,
  mailbox: `${http.url}/_local/mailbox`,
  ...(apiKey !== undefined && { apiKey }),
});
