import { type Caller, type Operation, refuseOthers, ServiceError } from '../../aws/service.ts';
import type { GatewayState, Stage } from './gateway-state.ts';
import { notFound, randomId } from './gateway-state.ts';
import type { ApiKey, UsagePlan } from './usage-plans.ts';

interface UsagePlanInput {
  readonly name: string;
  readonly apiStages?: readonly { readonly apiId: string; readonly stage: string }[];
  readonly throttle?: UsagePlan['throttle'];
  readonly quota?: UsagePlan['quota'];
}

/** What is asked about APIs from outside: to read them, and to manage keys and plans. APIs themselves come from templates. */
export function apiGatewayOperations(state: GatewayState): Record<string, Operation> {
  return {
    GetRestApis: (_input: object, caller: Caller) => ({
      items: state.apis
        .filter(({ account, region }) => account === caller.account && region === caller.region)
        .map(({ api }) => describeApi(api)),
    }),
    GetRestApi: ({ restApiId }: { restApiId: string }) => describeApi(state.getApi(restApiId).api),
    DeleteRestApi: ({ restApiId }: { restApiId: string }) => {
      state.deleteApi(restApiId);
      return {};
    },
    DeleteStage: ({ restApiId, stageName }: { restApiId: string; stageName: string }) => {
      state.deleteStage(restApiId, stageName);
      return {};
    },
    GetStages: ({ restApiId, deploymentId }: { restApiId: string; deploymentId?: string }) => {
      state.getApi(restApiId);
      const found = state
        .stagesOf(restApiId)
        .filter((stage) => (deploymentId ?? stage.deploymentId) === stage.deploymentId);
      return { item: found.map((stage) => describeStage(stage, state)) };
    },
    GetStage: ({ restApiId, stageName }: { restApiId: string; stageName: string }) =>
      describeStage(
        state.stages.get(`${restApiId}/${stageName}`) ?? notFound('Invalid stage identifier specified'),
        state,
      ),

    GetDeployments: ({ restApiId }: { restApiId: string }) => {
      state.getApi(restApiId);
      return {
        items: state.deploymentsOf(restApiId).map(({ id, createdAt }) => ({ id, createdDate: new Date(createdAt) })),
      };
    },
    DeleteDeployment: ({ restApiId, deploymentId }: { restApiId: string; deploymentId: string }) => {
      const isOfApi = state.deployments.get(deploymentId)?.apiId === restApiId;
      if (!isOfApi) notFound('Invalid Deployment identifier specified');
      state.deployments.delete(deploymentId);
      return {};
    },
    // AWS does not page them either, and says so of `limit` and `position`.
    GetTags: ({ resourceArn }: { resourceArn: string }) => ({ tags: state.tags.get(resourceArn) ?? {} }),
    TagResource: ({ resourceArn, tags }: { resourceArn: string; tags: Readonly<Record<string, string>> }) => {
      state.tags.set(resourceArn, { ...state.tags.get(resourceArn), ...tags });
      return {};
    },
    UntagResource: ({ resourceArn, tagKeys }: { resourceArn: string; tagKeys: readonly string[] }) => {
      const tags = Object.entries(state.tags.get(resourceArn) ?? {}).filter(([key]) => !tagKeys.includes(key));
      state.tags.set(resourceArn, Object.fromEntries(tags));
      return {};
    },

    GetApiKeys: (input: { includeValues?: boolean; nameQuery?: string }) => {
      refuseOthers('GetApiKeys', input, ['includeValues', 'nameQuery']);
      const { includeValues = false, nameQuery = '' } = input;
      const found = state.keys().filter(({ name }) => name.startsWith(nameQuery));
      return { items: found.map((key) => describeKey(key, state, includeValues)) };
    },
    GetApiKey: ({ apiKey, includeValue = false }: { apiKey: string; includeValue?: boolean }) =>
      describeKey(state.getKey(apiKey), state, includeValue),
    CreateApiKey: (input: { name?: string; value?: string; enabled?: boolean }) => {
      refuseOthers('CreateApiKey', input, ['name', 'value', 'enabled', 'generateDistinctId'], ['description', 'tags']);
      const { name = '', value, enabled = false } = input;
      return describeKey(
        state.putKey(randomId(), { name, enabled, ...(value !== undefined && { value }) }),
        state,
        true,
      );
    },
    DeleteApiKey: ({ apiKey }: { apiKey: string }) => {
      state.getKey(apiKey);
      state.deleteKey(apiKey);
      return {};
    },

    GetUsagePlans: ({ keyId }: { keyId?: string }) => {
      const all = [...state.plans.values()];
      return { items: all.filter(({ keyIds }) => keyId === undefined || keyIds.includes(keyId)).map(describePlan) };
    },
    GetUsagePlan: ({ usagePlanId }: { usagePlanId: string }) => describePlan(state.getPlan(usagePlanId)),
    CreateUsagePlan: (input: UsagePlanInput) => {
      refuseOthers('CreateUsagePlan', input, ['name', 'apiStages', 'throttle', 'quota'], ['description', 'tags']);
      refuseOthers('the quota of CreateUsagePlan', input.quota ?? {}, ['limit', 'period']);
      const { name, apiStages = [], throttle, quota } = input;
      const plan: UsagePlan = {
        id: randomId(),
        name,
        apiStages,
        keyIds: [],
        ...(throttle && { throttle }),
        ...(quota && { quota }),
      };
      state.plans.set(plan.id, plan);
      return describePlan(plan);
    },
    DeleteUsagePlan: ({ usagePlanId }: { usagePlanId: string }) => {
      state.getPlan(usagePlanId);
      state.plans.delete(usagePlanId);
      return {};
    },
    DeleteUsagePlanKey: ({ usagePlanId, keyId }: { usagePlanId: string; keyId: string }) => {
      const plan = state.getPlan(usagePlanId);
      state.plans.set(plan.id, { ...plan, keyIds: plan.keyIds.filter((id) => id !== keyId) });
      return {};
    },
    GetUsagePlanKeys: ({ usagePlanId, nameQuery = '' }: { usagePlanId: string; nameQuery?: string }) => {
      const all = state.getPlan(usagePlanId).keyIds.map((id) => state.getKey(id));
      return { items: all.filter(({ name }) => name.startsWith(nameQuery)).map(describePlanKey) };
    },
    CreateUsagePlanKey: ({
      usagePlanId,
      keyId,
      keyType,
    }: Readonly<Record<'usagePlanId' | 'keyId' | 'keyType', string>>) => {
      if (keyType !== 'API_KEY') throw new ServiceError('BadRequestException', `Invalid key type: ${keyType}`);
      const plan = state.getPlan(usagePlanId);
      const key = state.getKey(keyId);
      state.plans.set(plan.id, { ...plan, keyIds: [...new Set([...plan.keyIds, key.id])] });
      return describePlanKey(key);
    },
  };
}

const describeApi = ({
  id,
  name,
  binaryMediaTypes,
}: {
  id: string;
  name: string;
  binaryMediaTypes: readonly string[];
}): object => ({
  id,
  name,
  apiKeySource: 'HEADER',
  ...(binaryMediaTypes.length > 0 && { binaryMediaTypes }),
});

function describeStage({ apiId, name, variables, deploymentId }: Stage, state: GatewayState): object {
  const region = state.findApi(apiId)?.region ?? '';
  const tags = state.tags.get(`arn:aws:apigateway:${region}::/restapis/${apiId}/stages/${name}`);
  return { stageName: name, variables, ...(deploymentId !== undefined && { deploymentId }), ...(tags && { tags }) };
}

function describeKey({ id, name, value, enabled, createdAt }: ApiKey, state: GatewayState, withValue: boolean): object {
  const plans = [...state.plans.values()].filter(({ keyIds }) => keyIds.includes(id));
  const stageKeys = plans.flatMap(({ apiStages }) => apiStages.map(({ apiId, stage }) => `${apiId}/${stage}`));
  const createdDate = new Date(createdAt);
  return { id, name, enabled, createdDate, lastUpdatedDate: createdDate, stageKeys, ...(withValue && { value }) };
}

const describePlan = ({ keyIds: _, ...plan }: UsagePlan): object => plan;

const describePlanKey = ({ id, name }: ApiKey): object => ({ id, name, type: 'API_KEY' });
