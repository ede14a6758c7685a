import type { ResourceIdentity, ResourceType } from '../../aws/service.ts';
import { ServiceError } from '../../aws/service.ts';
import { type BodyValidator, SchemaCompiler } from './definition/json-schema.ts';
import { readAuthorizer } from './definition/read-authorizer.ts';
import { type IntegrationResponseDocument, readIntegration } from './definition/read-integration.ts';
import type { ValidatorSettings } from './definition/read-openapi.ts';
import type { ApiAuthorizer, ApiMethod, RequiredParameter } from './definition/rest-api.ts';
import type { GatewayState } from './gateway-state.ts';
import { stableId } from './gateway-state.ts';

type Properties = Readonly<Record<string, unknown>>;

/** The resources of an API that is described path by path, as Serverless does for `http` events. */
export function methodResources(state: GatewayState): Record<string, ResourceType> {
  /** Paths by resource id. */
  const paths = new Map<string, string>();
  const validators = new Map<string, ValidatorSettings>();
  const models = new Map<string, BodyValidator>();
  const authorizers = new Map<string, ApiAuthorizer>();

  return {
    'AWS::ApiGateway::Authorizer': {
      supported: [
        'RestApiId',
        'Type',
        'AuthorizerUri',
        'IdentitySource',
        'IdentityValidationExpression',
        'AuthorizerResultTtlInSeconds',
      ],
      accepted: ['Name', 'AuthType'],
      apply({ RestApiId, Name: _, AuthType: __, ...settings }, { stackName, logicalId }) {
        const id = stableId(stackName, logicalId);
        const problems: string[] = [];
        const authorizer = readAuthorizer(id, lowered(settings), problems);
        authorizers.set(id, authorizer ?? refuse(problems.join('; ')));
        return { ref: id, attributes: { AuthorizerId: id } };
      },
    },
    'AWS::ApiGateway::Resource': {
      supported: ['RestApiId', 'ParentId', 'PathPart'],
      apply({ RestApiId, ParentId, PathPart }) {
        const apiId = String(RestApiId);
        const parent = ParentId === stableId(apiId, '/') ? '' : paths.get(String(ParentId));
        if (parent === undefined)
          throw new ServiceError('NotFoundException', 'Invalid Resource identifier specified', 404);
        const path = `${parent}/${String(PathPart)}`;
        const id = stableId(apiId, path);
        paths.set(id, path);
        return { ref: id, attributes: { ResourceId: id } };
      },
    },
    'AWS::ApiGateway::RequestValidator': {
      supported: ['RestApiId', 'ValidateRequestBody', 'ValidateRequestParameters'],
      accepted: ['Name'],
      apply({ ValidateRequestBody, ValidateRequestParameters }, { stackName, logicalId }) {
        const id = stableId(stackName, logicalId);
        validators.set(id, {
          validateRequestBody: isTrue(ValidateRequestBody),
          validateRequestParameters: isTrue(ValidateRequestParameters),
        });
        return { ref: id, attributes: { RequestValidatorId: id } };
      },
    },
    'AWS::ApiGateway::Model': {
      supported: ['RestApiId', 'Name', 'Schema', 'ContentType'],
      accepted: ['Description'],
      apply({ RestApiId, Name, Schema }, { stackName, logicalId }) {
        const name = String(Name ?? `${stackName}${logicalId}`.replaceAll(/[^A-Za-z0-9]/g, ''));
        models.set(`${RestApiId}/${name}`, compileModel(Schema));
        return { ref: name, attributes: {} };
      },
    },
    'AWS::ApiGateway::Method': {
      supported: [
        'RestApiId',
        'ResourceId',
        'HttpMethod',
        'ApiKeyRequired',
        'AuthorizationType',
        'AuthorizerId',
        'Integration',
        'OperationName',
        'RequestModels',
        'RequestParameters',
        'RequestValidatorId',
      ],
      accepted: ['MethodResponses'],
      apply(properties) {
        const apiId = String(properties.RestApiId);
        const resourceId = String(properties.ResourceId);
        const path = resourceId === stableId(apiId, '/') ? '/' : paths.get(resourceId);
        if (path === undefined)
          throw new ServiceError('NotFoundException', 'Invalid Resource identifier specified', 404);
        const validator = validators.get(String(properties.RequestValidatorId)) ?? {};
        state.addMethod(
          apiId,
          readMethod(properties, path, validator, {
            model: (name) => models.get(`${apiId}/${name}`),
            authorizer: (id) => authorizers.get(id),
          }),
        );
        return identity(`${apiId}-${resourceId}-${properties.HttpMethod}`);
      },
    },
  };
}

const identity = (ref: string): ResourceIdentity => ({ ref, attributes: {} });

const isTrue = (value: unknown): boolean => value === true || value === 'true';

const refuse = (message: string): never => {
  throw new ServiceError('BadRequestException', message);
};

function readMethod(
  properties: Properties,
  path: string,
  { validateRequestBody = false, validateRequestParameters = false }: ValidatorSettings,
  find: {
    model(name: string): BodyValidator | undefined;
    authorizer(id: string): ApiAuthorizer | undefined;
  },
): ApiMethod {
  const {
    AuthorizationType = 'NONE',
    HttpMethod,
    OperationName,
    ApiKeyRequired,
    RequestModels = {},
    RequestParameters = {},
  } = properties;
  const place = `${HttpMethod} ${path}`;
  if (AuthorizationType !== 'NONE' && AuthorizationType !== 'CUSTOM')
    refuse(`${place}: AuthorizationType ${AuthorizationType} is not supported here`);
  const authorizer =
    AuthorizationType === 'CUSTOM' &&
    (find.authorizer(String(properties.AuthorizerId)) ?? refuse(`${place}: there is no such authorizer`));
  const problems: string[] = [];
  const integration = readIntegration(
    integrationDocument(properties.Integration as Properties | undefined),
    place,
    problems,
  );
  if (!integration || problems.length > 0) return refuse(problems.join('; '));
  const bodies = Object.entries(RequestModels as Record<string, string>).map(([mediaType, name]) => [
    mediaType.toLowerCase(),
    find.model(name) ?? refuse(`${place}: there is no model ${name}`),
  ]);
  return {
    httpMethod: String(HttpMethod).toUpperCase(),
    path,
    ...(OperationName !== undefined && { operationName: String(OperationName) }),
    apiKeyRequired: isTrue(ApiKeyRequired),
    ...(authorizer && { authorizer }),
    validateBody: validateRequestBody,
    validateParameters: validateRequestParameters,
    requiredParameters: Object.entries(RequestParameters as Record<string, unknown>).flatMap(([target, required]) =>
      isTrue(required) || typeof required === 'object' ? requiredParameter(target) : [],
    ),
    bodies: Object.fromEntries(bodies),
    integration,
  };
}

const PLACES = { path: 'path', querystring: 'query', header: 'header' } as const;

/** `method.request.header.X` */
function requiredParameter(target: string): RequiredParameter[] {
  const [, place, name] = /^method\.request\.(path|querystring|header)\.(.+)$/.exec(target) ?? [];
  return place && name ? [{ name, in: PLACES[place as keyof typeof PLACES] }] : [];
}

const lowered = (properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key[0]!.toLowerCase() + key.slice(1), value]));

/** The same with OpenAPI's names. */
function integrationDocument(integration: Properties | undefined): unknown {
  if (!integration) return undefined;
  const { IntegrationHttpMethod, IntegrationResponses = [], ...others } = integration;
  const responses = (IntegrationResponses as readonly Properties[]).map(
    ({ SelectionPattern, StatusCode, ...response }) => {
      const { ResponseParameters, ResponseTemplates, ContentHandling } = response;
      const document = {
        statusCode: StatusCode,
        ...(ResponseParameters !== undefined && { responseParameters: ResponseParameters }),
        ...(ResponseTemplates !== undefined && { responseTemplates: ResponseTemplates }),
        ...(ContentHandling !== undefined && { contentHandling: ContentHandling }),
      } as IntegrationResponseDocument;
      return [SelectionPattern === undefined || SelectionPattern === '' ? 'default' : SelectionPattern, document];
    },
  );
  return {
    ...lowered(others),
    ...(IntegrationHttpMethod !== undefined && { httpMethod: IntegrationHttpMethod }),
    responses: Object.fromEntries(responses),
  };
}

/** Models are JSON Schema draft 4; the validator is for a later one, which differs in what is translated. */
function compileModel(schema: unknown): BodyValidator {
  if (typeof schema !== 'object' || schema === null) return refuse('A model needs a Schema');
  const { $schema: _draft, id: _id, ...document } = schema as Record<string, unknown>;
  try {
    return new SchemaCompiler({}).compile(document);
  } catch (error) {
    return refuse(`The schema of a model is not valid: ${(error as Error).message}`);
  }
}
