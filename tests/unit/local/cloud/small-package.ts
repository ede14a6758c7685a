import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';

/** A template as a packaged Serverless project has it: one function behind an API, a table, a key. */
export const TEMPLATE = {
  Parameters: { Greeting: { Type: 'String', Default: 'hello' } },
  Resources: {
    Notes: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'notes',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      },
    },
    Greet: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'greet',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/greet',
        Code: { S3Bucket: 'deployments', S3Key: 'serverless/small/greet.zip' },
        Environment: {
          Variables: {
            GREETING: { Ref: 'Greeting' },
            BASE: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/dev' },
          },
        },
      },
    },
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {
        Body: {
          openapi: '3.0.1',
          info: { title: 'small' },
          paths: {
            '/greet/{name}': {
              'x-amazon-apigateway-any-method': {
                'x-amazon-apigateway-integration': {
                  type: 'aws_proxy',
                  httpMethod: 'POST',
                  // By name and not by reference: the function needs the API's own id.
                  uri: {
                    'Fn::Sub':
                      'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:greet/invocations',
                  },
                },
              },
            },
          },
        },
      },
    },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' } } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'dev' },
    },
  },
  Outputs: { Url: { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/dev' } } },
};

const HANDLER = `
let calls = 0;
export const handler = async ({ pathParameters, body, httpMethod }) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json', 'x-base': process.env.BASE },
  body: JSON.stringify({
    text: process.env.GREETING + ' ' + pathParameters.name, body, httpMethod, calls: ++calls, region: process.env.AWS_REGION,
    endpoint: process.env.AWS_ENDPOINT_URL,
  }),
});`;

/** Writes a package folder. @param change of the template */
export function writePackage(
  folder: string,
  change: (template: typeof TEMPLATE) => object = (template) => template,
): string {
  mkdirSync(folder, { recursive: true });
  const template = change(structuredClone(TEMPLATE));
  writeFileSync(join(folder, 'cloudformation-template-update-stack.json'), JSON.stringify(template));
  writeFileSync(join(folder, 'greet.zip'), zipSync({ 'index.mjs': strToU8(HANDLER) }));
  return folder;
}
