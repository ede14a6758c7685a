import { createHash, randomBytes } from 'node:crypto';
import { ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage, Table } from '../../storage.ts';
import { AuthorizerAnswers } from './authorize.ts';
import type { ApiMethod, GatewayResponseSettings, RestApi } from './definition/rest-api.ts';
import { Router } from './router.ts';
import type { ApiKey, Throttle, UsagePlan } from './usage-plans.ts';
import { Meter } from './usage-plans.ts';

export interface Stage {
  readonly apiId: string;
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly deploymentId?: string;
  /** For each method of the stage. */
  readonly throttle?: Throttle;
  readonly accessLog?: { readonly logGroupArn: string; readonly format: string };
}

/** All deployments serve the API as it is: they are only known by their names. */
export interface ApiDeployment {
  readonly id: string;
  readonly apiId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A deployed API with everything that is served for it. */
export interface ServedApi {
  readonly api: RestApi;
  readonly router: Router;
  readonly account: string;
  readonly region: string;
}

/** All APIs, stages, plans and keys. Keys are kept: their values are random. The rest comes from the template at each start. */
export class GatewayState {
  readonly stages = new Map<string, Stage>();
  readonly plans = new Map<string, UsagePlan>();
  readonly deployments = new Map<string, ApiDeployment>();
  /** By ARN. */
  readonly tags = new Map<string, Readonly<Record<string, string>>>();
  readonly meter: Meter;
  readonly authorizerAnswers: AuthorizerAnswers;
  readonly clock: Clock;
  readonly #apis = new Map<string, ServedApi>();
  readonly #keys: Table<ApiKey>;

  constructor(storage: Storage, clock: Clock) {
    this.clock = clock;
    this.meter = new Meter(clock);
    this.authorizerAnswers = new AuthorizerAnswers(clock);
    this.#keys = storage.table('apigateway-keys');
  }

  get apis(): readonly ServedApi[] {
    return [...this.#apis.values()];
  }

  findApi(id: string): ServedApi | undefined {
    return this.#apis.get(id);
  }

  /** @throws ServiceError NotFoundException */
  getApi(id: string): ServedApi {
    return this.#apis.get(id) ?? notFound('Invalid API identifier specified');
  }

  putApi(api: RestApi, account: string, region: string): void {
    this.#apis.set(api.id, { api, router: new Router(api.methods), account, region });
  }

  /** With all that is served for it. */
  deleteApi(id: string): void {
    this.getApi(id);
    this.#apis.delete(id);
    for (const deployment of this.deploymentsOf(id)) this.deployments.delete(deployment.id);
    for (const { name } of this.stagesOf(id)) this.deleteStage(id, name);
  }

  deleteStage(apiId: string, name: string): void {
    if (!this.stages.delete(`${apiId}/${name}`)) notFound('Invalid stage identifier specified');
  }

  /** Adds a method, or takes the place of one. */
  addMethod(apiId: string, method: ApiMethod): void {
    const { api, account, region } = this.getApi(apiId);
    const others = api.methods.filter(
      ({ path, httpMethod }) => path !== method.path || httpMethod !== method.httpMethod,
    );
    this.putApi({ ...api, methods: [...others, method] }, account, region);
  }

  addGatewayResponse(apiId: string, type: string, settings: GatewayResponseSettings): void {
    const { api, account, region } = this.getApi(apiId);
    this.putApi({ ...api, gatewayResponses: { ...api.gatewayResponses, [type]: settings } }, account, region);
  }

  stagesOf(apiId: string): Stage[] {
    return [...this.stages.values()].filter((stage) => stage.apiId === apiId);
  }

  /** The newest first. */
  deploymentsOf(apiId: string): ApiDeployment[] {
    return [...this.deployments.values()].filter((deployment) => deployment.apiId === apiId).reverse();
  }

  putDeployment(id: string, apiId: string): void {
    const createdAt = this.deployments.get(id)?.createdAt ?? this.clock.now();
    this.deployments.set(id, { id, apiId, createdAt });
  }

  putStage(stage: Stage): void {
    this.stages.set(`${stage.apiId}/${stage.name}`, stage);
  }

  keys(): ApiKey[] {
    return [...this.#keys.entries()].map(([, key]) => key);
  }

  getKey(id: string): ApiKey {
    return this.#keys.get(id) ?? notFound('Invalid API Key identifier specified');
  }

  /** Makes a key or brings it up to date; without a value it keeps its own, or gets a random one. */
  putKey(id: string, { name, value, enabled }: { name: string; value?: string; enabled: boolean }): ApiKey {
    const current = this.#keys.get(id);
    const key: ApiKey = {
      id,
      name,
      enabled,
      value: value ?? current?.value ?? randomKey(),
      createdAt: current?.createdAt ?? this.clock.now(),
    };
    if (this.keys().some((other) => other.id !== id && other.value === key.value)) {
      throw new ServiceError('ConflictException', 'API Key already exists', 409);
    }
    this.#keys.put(id, key);
    return key;
  }

  deleteKey(id: string): void {
    this.#keys.delete(id);
    for (const plan of this.plans.values())
      this.plans.set(plan.id, { ...plan, keyIds: plan.keyIds.filter((keyId) => keyId !== id) });
  }

  getPlan(id: string): UsagePlan {
    return this.plans.get(id) ?? notFound('Invalid Usage Plan identifier specified');
  }
}

export const notFound = (message: string): never => {
  throw new ServiceError('NotFoundException', message, 404);
};

/** Ten characters as AWS gives them, the same for the same resource of a stack at every start. */
export function stableId(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(parts.join('/')).digest();
  return digest.readBigUInt64BE().toString(36).padStart(10, '0').slice(-10);
}

export const randomId = (): string => stableId(randomBytes(16).toString('hex'));

const randomKey = (): string => randomBytes(30).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 40);
