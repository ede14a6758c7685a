import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkApprovalPolicy } from '../../domain/check-approval-policy.ts';
import { checkOrderPolicy } from '../../domain/order-policy.ts';
import { addAlarms } from './add-alarms.ts';
import { addBackOfficeJobs, type BackOfficeJob, checkJobs } from './add-back-office-jobs.ts';
import { addDashboard } from './add-dashboard.ts';
import { type BuildProblem, describeProblems } from './build-problem.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { checkChoices } from './check-choices.ts';
import { checkConfiguration, type Rules } from './check-configuration.ts';
import { checkMachine } from './check-machine.ts';
import { checkOpenApi } from './check-openapi.ts';
import { dropDependencies } from './drop-dependencies.ts';
import { pinFunctions } from './pin-functions.ts';
import { renewDeployment } from './renew-deployment.ts';
import type { CloudFormationResource, PluginTools, ServerlessHost } from './serverless-host.ts';
import { subscribeApprovers } from './subscribe-approvers.ts';
import { TemplateValidator } from './template-validator.ts';
import { trace } from './trace.ts';
import { findNulls, writeDefinitions } from './write-definitions.ts';
import { zipBundle } from './zip-bundle.ts';

/** Of the policies, by file, beside their schemas. */
const RULES: Readonly<Record<string, Rules>> = {
  'config/approval-policy.json': checkApprovalPolicy,
  'config/order-policy.json': checkOrderPolicy,
};

/**
 * Builds and checks the service as part of `serverless package` and `serverless deploy`: whatever can be known to be wrong
 * before the deployment is said here, all at once, with its file and place, and nothing is packaged.
 */
export default class BuildPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #host: ServerlessHost;
  readonly #tools: PluginTools;
  readonly #startValidator: () => TemplateValidator;
  #validator: TemplateValidator | undefined;

  /** Serverless gives the first three. */
  constructor(
    host: ServerlessHost,
    _options: unknown,
    tools: PluginTools,
    startValidator = (): TemplateValidator => new TemplateValidator(),
  ) {
    this.#host = host;
    this.#tools = tools;
    this.#startValidator = startValidator;
    this.hooks = {
      'before:package:initialize': () => this.#checkAndBundle(),
      'after:aws:package:finalize:mergeCustomProviderResources': async () => this.#finishTemplate(),
    };
  }

  async #checkAndBundle(): Promise<void> {
    const { functions, resources } = this.#host.service;
    const declared = Object.values(resources?.Resources ?? {});
    const count = Object.keys(functions).length;
    // esbuild works in a process of its own, beside the checks.
    const bundling = bundleFunctions(this.#host.serviceDir, functions);
    bundling.catch(() => {}); // it is awaited below
    const problems = [
      ...checkChoices(resources?.Parameters ?? {}),
      ...(await this.#step('configuration: policy files against their schemas', () => this.#checkConfigurations())),
      ...(await this.#step('state machines: language, targets, substitutions', () => this.#checkMachines(declared))),
      ...(await this.#step('API: routes, integrations, references', async () => this.#checkApis(declared))),
    ];
    if (problems.length === 0) this.#templateValidator();
    this.#refuse([...problems, ...(await this.#step(`functions: ${count} bundles`, () => bundling))]);
    await this.#pack();
  }

  async #pack(): Promise<void> {
    const { serviceDir, service } = this.#host;
    await mkdir(join(serviceDir, '.serverless'), { recursive: true });
    const pack = async ([key, settings]: [string, { handler: string; package?: object }]) => {
      const artifact = join('.serverless', `${key}.zip`);
      await zipBundle(serviceDir, dirname(settings.handler), join(serviceDir, artifact));
      settings.package = { artifact };
    };
    await Promise.all(Object.entries(service.functions).map(pack));
  }

  async #finishTemplate(): Promise<void> {
    const { service, provider, custom } = this.#host.service;
    const template = provider.compiledCloudFormationTemplate;
    pinFunctions(template);
    addBackOfficeJobs(template, await this.#jobs());
    dropDependencies(template);
    writeDefinitions(template);
    this.#refuse(findNulls(template));
    Object.assign(
      template.Resources,
      subscribeApprovers(await this.#read('config/approval-policy.json'), 'ApprovalsTopic'),
    );
    trace(template);
    if (custom?.alarms) Object.assign(template.Resources, addAlarms(template, custom.alarms));
    const name = `${service}-${provider.stage}`;
    Object.assign(template.Resources, addDashboard(template, name, name));
    template.Resources = renewDeployment(template).Resources;
    const count = Object.keys(template.Resources).length;
    this.#refuse(await this.#step(`template: ${count} resources`, () => this.#templateValidator().validate(template)));
  }

  /** The first call starts it. */
  #templateValidator(): TemplateValidator {
    this.#validator ??= this.#startValidator();
    return this.#validator;
  }

  async #checkConfigurations(): Promise<BuildProblem[]> {
    const files = await this.#list('config', '.json');
    const problems: BuildProblem[] = [];
    for (const file of files.filter(
      (each) => !each.endsWith('.schema.json') && each !== this.#host.service.custom.closeOfDay,
    )) {
      const schema = file.replace(/\.json$/, '.schema.json');
      if (!files.includes(schema)) {
        problems.push({ file, place: '', message: `it has no schema: ${schema} is missing` });
        continue;
      }
      const { text } = await this.#readText(file);
      problems.push(...checkConfiguration(file, text, await this.#read(schema), RULES[file]));
    }
    return [...problems, ...(await this.#checkJobs())];
  }

  /** The list of jobs may be another than the one in config/, for a cloud that has them. */
  async #checkJobs(): Promise<BuildProblem[]> {
    const file = this.#host.service.custom.closeOfDay;
    const { text } = await this.#readText(file);
    return checkConfiguration(file, text, await this.#read('config/close-of-day.schema.json'), checkJobs);
  }

  async #jobs(): Promise<readonly BackOfficeJob[]> {
    const { jobs } = (await this.#read(this.#host.service.custom.closeOfDay)) as { jobs: readonly BackOfficeJob[] };
    return jobs;
  }

  /** Machines are checked as files, so that messages can name them; what the template makes of them comes by their names. */
  async #checkMachines(declared: readonly CloudFormationResource[]): Promise<BuildProblem[]> {
    const machines = declared.filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
    const problems: BuildProblem[] = [];
    for (const file of await this.#list('statemachines', '.asl.json')) {
      const definition = await this.#read(file);
      const machine = machines.find(
        ({ Properties }) => JSON.stringify(Properties?.Definition) === JSON.stringify(definition),
      );
      if (machine === undefined) {
        problems.push({ file, place: '', message: 'no state machine in infra/ has it as its Definition' });
      }
      const substitutions = Object.keys((machine?.Properties?.DefinitionSubstitutions as object | undefined) ?? {});
      problems.push(...checkMachine(file, definition, substitutions));
    }
    return problems;
  }

  #checkApis(declared: readonly CloudFormationResource[]): BuildProblem[] {
    const names = Object.values(this.#host.service.functions).map(({ name }) => name);
    return declared
      .filter(({ Type }) => Type === 'AWS::ApiGateway::RestApi')
      .flatMap(({ Properties }) =>
        checkOpenApi('infra/openapi.yml', (Properties?.Body as object | undefined) ?? {}, names),
      );
  }

  async #step(title: string, work: () => Promise<BuildProblem[]>): Promise<BuildProblem[]> {
    const progress = this.#tools.progress.create({ message: `Checking ${title}` });
    const startedAt = performance.now();
    const problems = await work().finally(() => progress.remove());
    const outcome = problems.length === 0 ? 'ok' : `${problems.length} wrong`;
    this.#tools.log.notice(`  ${title}: ${outcome} (${Math.round(performance.now() - startedAt)} ms)`);
    return problems;
  }

  #refuse(problems: readonly BuildProblem[]): void {
    if (problems.length > 0) throw new this.#host.classes.Error(describeProblems(problems), 'COUNTERSIGN_BUILD');
  }

  async #list(folder: string, ending: string): Promise<string[]> {
    const names = await readdir(join(this.#host.serviceDir, folder)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => `${folder}/${name}`);
  }

  async #read(file: string): Promise<object> {
    return (await this.#readText(file)).content;
  }

  async #readText(file: string): Promise<{ text: string; content: object }> {
    try {
      const text = await readFile(join(this.#host.serviceDir, file), 'utf8');
      return { text, content: JSON.parse(text) as object };
    } catch (error) {
      this.#refuse([{ file, place: '', message: `it cannot be read as JSON: ${(error as Error).message}` }]);
      throw error;
    }
  }
}
