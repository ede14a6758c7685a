import type { ResourceIdentity, ResourceType } from '../../aws/service.ts';
import { ServiceError } from '../../aws/service.ts';
import { readOpenApi } from './definition/read-openapi.ts';
import { ApiDefinitionError, type RestApi } from './definition/rest-api.ts';
import type { GatewayState } from './gateway-state.ts';
import { stableId } from './gateway-state.ts';
import { methodResources } from './method-resources.ts';
import type { Throttle } from './usage-plans.ts';

type Properties = Readonly<Record<string, unknown>>;

/** The resources of APIs, by an OpenAPI body or path by path. */
export function apiGatewayResources(state: GatewayState): Record<string, ResourceType> {
  return {
    ...methodResources(state),
    'AWS::ApiGateway::RestApi': {
      supported: ['Body', 'Name', 'BinaryMediaTypes', 'ApiKeySourceType', 'Policy'],
      accepted: [
        'Description',
        'EndpointConfiguration',
        'DisableExecuteApiEndpoint',
        'FailOnWarnings',
        'Mode',
        'Parameters',
        'Tags',
        'SecurityPolicy',
        'EndpointAccessMode',
      ],
      apply(properties, { stackName, logicalId, account, region }) {
        const id = stableId(account, region, stackName, logicalId);
        // An empty text is how Serverless says that there is none.
        if (properties.Policy !== undefined && properties.Policy !== '') refuse('The Policy of a RestApi');
        const api = readBody(id, properties.Body);
        const name = properties.Name === undefined ? api.name : String(properties.Name);
        const binaryMediaTypes = (properties.BinaryMediaTypes as string[] | undefined) ?? api.binaryMediaTypes;
        const apiKeySource = (properties.ApiKeySourceType ?? api.apiKeySource) as RestApi['apiKeySource'];
        if (apiKeySource !== 'HEADER' && apiKeySource !== 'AUTHORIZER') refuse(`ApiKeySourceType ${apiKeySource}`);
        state.putApi({ ...api, name, binaryMediaTypes, apiKeySource }, account, region);
        return { ref: id, attributes: { RestApiId: id, RootResourceId: stableId(id, '/') } };
      },
    },
    // Whatever the API is when a stage is called is what it serves: there is only one deployment here.
    'AWS::ApiGateway::Deployment': {
      supported: ['RestApiId', 'StageName'],
      accepted: ['Description', 'StageDescription'],
      apply({ RestApiId, StageName }, { stackName, logicalId }) {
        const { api } = state.getApi(String(RestApiId));
        const id = stableId(stackName, logicalId).slice(0, 6);
        state.putDeployment(id, api.id);
        if (StageName !== undefined)
          state.putStage({ apiId: api.id, name: String(StageName), variables: {}, deploymentId: id });
        return { ref: id, attributes: { DeploymentId: id } };
      },
    },
    'AWS::ApiGateway::Stage': {
      supported: ['RestApiId', 'StageName', 'DeploymentId', 'Variables', 'MethodSettings', 'AccessLogSetting'],
      accepted: [
        'Description',
        'Tags',
        'TracingEnabled',
        'DocumentationVersion',
        'CacheClusterEnabled',
        'CacheClusterSize',
        'ClientCertificateId',
      ],
      apply: (properties) => applyStage(properties, state),
    },
    'AWS::ApiGateway::GatewayResponse': {
      supported: ['RestApiId', 'ResponseType', 'StatusCode', 'ResponseParameters', 'ResponseTemplates'],
      apply(properties) {
        const { RestApiId, ResponseType, StatusCode, ResponseParameters = {}, ResponseTemplates = {} } = properties;
        state.addGatewayResponse(String(RestApiId), String(ResponseType), {
          ...(StatusCode !== undefined && { statusCode: Number(StatusCode) }),
          responseParameters: ResponseParameters as Record<string, string>,
          responseTemplates: ResponseTemplates as Record<string, string>,
        });
        return identity(`${RestApiId}-${ResponseType}`);
      },
    },
    'AWS::ApiGateway::ApiKey': {
      supported: ['Name', 'Value', 'Enabled'],
      accepted: ['Description', 'Tags', 'GenerateDistinctId', 'CustomerId', 'StageKeys'],
      apply({ Name, Value, Enabled = false }, { stackName, logicalId, account, region }) {
        const id = stableId(account, region, stackName, logicalId);
        const name = String(Name ?? `${stackName}-${logicalId}`);
        state.putKey(id, { name, enabled: isTrue(Enabled), ...(Value !== undefined && { value: String(Value) }) });
        return { ref: id, attributes: { APIKeyId: id } };
      },
    },
    'AWS::ApiGateway::UsagePlan': {
      supported: ['UsagePlanName', 'ApiStages', 'Throttle', 'Quota'],
      accepted: ['Description', 'Tags'],
      apply(properties, { stackName, logicalId, account, region }) {
        const id = stableId(account, region, stackName, logicalId);
        state.plans.set(id, {
          ...readPlan(properties),
          id,
          name: String(properties.UsagePlanName ?? logicalId),
          keyIds: [],
        });
        return { ref: id, attributes: { Id: id } };
      },
    },
    'AWS::ApiGateway::UsagePlanKey': {
      supported: ['KeyId', 'KeyType', 'UsagePlanId'],
      apply({ KeyId, UsagePlanId }) {
        const plan = state.getPlan(String(UsagePlanId));
        const key = state.getKey(String(KeyId));
        state.plans.set(plan.id, { ...plan, keyIds: [...new Set([...plan.keyIds, key.id])] });
        return { ref: `${key.id}:${plan.id}`, attributes: { Id: `${key.id}:${plan.id}` } };
      },
    },
    // The role by which API Gateway writes logs.
    'AWS::ApiGateway::Account': {
      supported: [],
      accepted: ['CloudWatchRoleArn'],
      apply: (_properties, { logicalId }) => identity(logicalId),
    },
  };
}

const identity = (id: string): ResourceIdentity => ({ ref: id, attributes: { Id: id } });

const refuse = (what: string): never => {
  throw new ServiceError('BadRequestException', `${what} is not supported here`);
};

/** @param body absent: paths and methods are resources of their own */
function readBody(id: string, body: unknown): RestApi {
  if (body === undefined)
    return { id, name: id, methods: [], gatewayResponses: {}, binaryMediaTypes: [], apiKeySource: 'HEADER' };
  if (typeof body !== 'object' || body === null) return refuse('A RestApi with a Body that is no object');
  try {
    return readOpenApi(id, body);
  } catch (error) {
    if (error instanceof ApiDefinitionError) throw new ServiceError('BadRequestException', error.message);
    throw error;
  }
}

function applyStage(
  { RestApiId, StageName, DeploymentId, Variables = {}, MethodSettings = [], AccessLogSetting }: Properties,
  state: GatewayState,
): ResourceIdentity {
  const { api } = state.getApi(String(RestApiId));
  const settings = MethodSettings as readonly Record<string, unknown>[];
  const special = settings.find(({ ResourcePath, HttpMethod }) => ResourcePath !== '/*' || HttpMethod !== '*');
  if (special && (special.ThrottlingRateLimit !== undefined || special.ThrottlingBurstLimit !== undefined)) {
    refuse(`Throttling of ${special.HttpMethod} ${special.ResourcePath} alone`);
  }
  const throttle = settings
    .map(({ ThrottlingRateLimit, ThrottlingBurstLimit }) => readThrottle(ThrottlingRateLimit, ThrottlingBurstLimit))
    .find(Boolean);
  const { DestinationArn, Format } = (AccessLogSetting ?? {}) as { DestinationArn?: string; Format?: string };
  state.putStage({
    apiId: api.id,
    name: String(StageName),
    ...(DeploymentId !== undefined && { deploymentId: String(DeploymentId) }),
    variables: Object.fromEntries(Object.entries(Variables as object).map(([name, value]) => [name, String(value)])),
    ...(throttle && { throttle }),
    ...(DestinationArn && Format && { accessLog: { logGroupArn: DestinationArn, format: Format } }),
  });
  return { ref: String(StageName), attributes: {} };
}

function readPlan({ ApiStages = [], Throttle, Quota }: Properties) {
  const stages = ApiStages as readonly { ApiId: unknown; Stage: unknown; Throttle?: unknown }[];
  if (stages.some(({ Throttle: ofMethods }) => ofMethods !== undefined))
    refuse('Throttling of single methods in a usage plan');
  const { RateLimit, BurstLimit } = (Throttle ?? {}) as { RateLimit?: unknown; BurstLimit?: unknown };
  const throttle = readThrottle(RateLimit, BurstLimit);
  const { Limit, Period } = (Quota ?? {}) as { Limit?: unknown; Period?: 'DAY' | 'WEEK' | 'MONTH' };
  return {
    apiStages: stages.map(({ ApiId, Stage }) => ({ apiId: String(ApiId), stage: String(Stage) })),
    ...(throttle && { throttle }),
    ...(Limit !== undefined && Period !== undefined && { quota: { limit: Number(Limit), period: Period } }),
  };
}

function readThrottle(rate: unknown, burst: unknown): Throttle | undefined {
  if (rate === undefined && burst === undefined) return undefined;
  const [rateLimit, burstLimit] = [Number(rate ?? Number.POSITIVE_INFINITY), Number(burst ?? Number.POSITIVE_INFINITY)];
  // Negative limits are how a stage says that it has none.
  return rateLimit < 0 || burstLimit < 0 ? undefined : { rateLimit, burstLimit };
}

const isTrue = (value: unknown): boolean => value === true || value === 'true';
