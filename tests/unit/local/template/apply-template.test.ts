import { expect, test } from '@jest/globals';
import type { ResourceType } from '../../../../local/aws/service.ts';
import { ServiceError } from '../../../../local/aws/service.ts';
import { applyTemplate } from '../../../../local/template/apply-template.ts';
import { TemplateError } from '../../../../local/template/problem.ts';
import { parseTemplate } from '../../../../local/template/template.ts';

interface Created {
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

function deploy(template: object, parameters: Record<string, string> = {}, rewriteText?: (text: string) => string) {
  const created: Created[] = [];
  const thing: ResourceType = {
    supported: ['Name', 'Value', 'List'],
    accepted: ['Tags'],
    apply(properties, { logicalId, region }) {
      if (properties.Name === 'refused') throw new ServiceError('LimitExceeded', 'too many things');
      created.push({ logicalId, properties });
      return { ref: `ref-${logicalId}`, attributes: { Arn: `arn:aws:thing:${region}:${logicalId}` } };
    },
  };
  const done = (async () =>
    applyTemplate(parseTemplate(JSON.stringify(template)), {
      resourceTypes: new Map([['Test::Thing', thing]]),
      stackName: 'shop-dev',
      account: '000000000000',
      region: 'eu-central-1',
      packageFolder: '/package',
      parameters,
      ...(rewriteText && { rewriteText }),
    }))();
  return { created, done };
}

const thing = (properties: object, more: object = {}) => ({ Type: 'Test::Thing', Properties: properties, ...more });

async function problemsOf(template: object, parameters?: Record<string, string>): Promise<string[]> {
  const { created, done } = deploy(template, parameters);
  const error = await done.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TemplateError);
  expect(created).toEqual([]);
  return (error as TemplateError).problems.map(({ location, message }) => `${location}: ${message}`);
}

/** What `Value` becomes in a resource that comes after a resource `Other`. */
async function resolvedValue(
  value: unknown,
  sections: object = {},
  parameters?: Record<string, string>,
): Promise<unknown> {
  const { created, done } = deploy(
    { Resources: { Other: thing({}), It: thing({ Value: value }) }, ...sections },
    parameters,
  );
  await done;
  return created.find(({ logicalId }) => logicalId === 'It')?.properties.Value;
}

test('every unsupported resource type and property is named, and nothing is created', async () => {
  expect(
    await problemsOf({
      Resources: {
        Good: thing({ Name: 'a', Tags: [] }),
        Cluster: { Type: 'AWS::Redshift::Cluster' },
        Odd: thing({ Colour: 'red', Shape: 'round' }),
      },
    }),
  ).toEqual([
    'Resources.Cluster: the resource type AWS::Redshift::Cluster is not supported',
    'Resources.Odd.Properties.Colour: the property Colour of Test::Thing is not supported',
    'Resources.Odd.Properties.Shape: the property Shape of Test::Thing is not supported',
  ]);
});

test('a reference to nothing is named', async () => {
  expect(
    await problemsOf({ Resources: { It: thing({ Value: { 'Fn::Sub': 'a ${Missing.Arn} ${AWS::Region}' } }) } }),
  ).toEqual(['Resources.It: refers to Missing, which is neither a parameter nor a resource']);
});

test('a reference to a resource whose condition is false is named', async () => {
  const template = {
    Conditions: { Never: { 'Fn::Equals': [1, 2] } },
    Resources: { Gone: thing({}, { Condition: 'Never' }), It: thing({ Value: { Ref: 'Gone' } }) },
  };
  expect(await problemsOf(template)).toEqual(['Resources.It: refers to Gone, whose condition is false']);
});

test('a circle of references is shown', async () => {
  const template = {
    Resources: {
      A: thing({ Value: { Ref: 'B' } }),
      B: thing({}, { DependsOn: 'C' }),
      C: thing({ Value: { 'Fn::GetAtt': 'A.Arn' } }),
    },
  };
  expect(await problemsOf(template)).toEqual(['Resources: these depend on each other in a circle: A → B → C → A']);
});

test.each([
  [{ 'Fn::ImportValue': 'other-stack' }, 'the function Fn::ImportValue is not supported'],
  [{ 'Fn::GetAZs': '' }, 'the function Fn::GetAZs is not supported'],
  ['{{resolve:ssm:/name}}', 'the dynamic reference {{resolve:ssm:/name}} is not supported'],
  [{ 'Fn::Select': [3, ['a']] }, 'there is no item 3 among 1'],
  [{ 'Fn::Join': ['', 'abc'] }, 'a list is needed here'],
  [{ 'Fn::FindInMap': ['A', 'b', 'c'] }, 'there is no A.b.c in Mappings'],
  [{ 'Fn::GetAtt': ['Other', 'Nothing'] }, 'the attribute Nothing of Other is not supported'],
  [{ 'Fn::Sub': ['${x}', { x: { Ref: 'AWS::NotificationARNs' } }] }, 'text is needed here, not []'],
])('%j is refused', async (value, message) => {
  await expect(resolvedValue(value)).rejects.toThrow(message);
});

test('a resource that its service refuses is reported with the reason', async () => {
  await expect(deploy({ Resources: { It: thing({ Name: 'refused' }) } }).done).rejects.toThrow(
    'Resources.It: Test::Thing refused: LimitExceeded: too many things',
  );
});

test.each([
  ['not JSON', '{', /not JSON/],
  ['an array', '[]', /not a JSON object/],
  ['no resources', '{}', /Resources: there are none/],
  [
    'a transform',
    '{"Transform":"AWS::Serverless-2016-10-31","Resources":{"A":{"Type":"T"}}}',
    /Transform: this section is not supported/,
  ],
  [
    'a strange attribute',
    '{"Resources":{"A":{"Type":"T","Depends":"B"}}}',
    /Resources\.A\.Depends: this attribute is not supported/,
  ],
])('a template that is %s is refused', (_what, text, message) => {
  expect(() => parseTemplate(text)).toThrow(message);
});

test.each<[string, object, Record<string, string>, string]>([
  ['has no value', { Type: 'String' }, {}, 'Parameters.Stage: has no value; give one with --parameter Stage=…'],
  [
    'does not exist',
    { Type: 'String', Default: 'x' },
    { Other: 'x' },
    'Parameters.Other: the template has no such parameter',
  ],
  ['is no number', { Type: 'Number' }, { Stage: 'x' }, 'Parameters.Stage: "x" is not a number'],
  [
    'is not allowed',
    { Type: 'String', AllowedValues: ['a'] },
    { Stage: 'x' },
    'Parameters.Stage: "x" is not one of ["a"]',
  ],
  [
    'does not match',
    { Type: 'String', AllowedPattern: '[a-c]+' },
    { Stage: 'ax' },
    'Parameters.Stage: "ax" does not match [a-c]+',
  ],
])('a parameter that %s is named', async (_what, parameter, overrides, message) => {
  expect(await problemsOf({ Parameters: { Stage: parameter }, Resources: { A: thing({}) } }, overrides)).toEqual([
    message,
  ]);
});

test.each<[unknown, unknown]>([
  [{ Ref: 'Other' }, 'ref-Other'],
  [{ Ref: 'AWS::Region' }, 'eu-central-1'],
  [{ 'Fn::GetAtt': ['Other', 'Arn'] }, 'arn:aws:thing:eu-central-1:Other'],
  [
    { 'Fn::Sub': '${AWS::StackName}/${Other}/${Other.Arn}/${!Literal}' },
    'shop-dev/ref-Other/arn:aws:thing:eu-central-1:Other/${Literal}',
  ],
  [{ 'Fn::Sub': ['${a}-${AWS::AccountId}', { a: { 'Fn::Select': ['1', ['x', 'y']] } }] }, 'y-000000000000'],
  [{ 'Fn::Join': ['-', ['a', 1, { Ref: 'Other' }]] }, 'a-1-ref-Other'],
  [{ 'Fn::Split': ['-', 'a-b'] }, ['a', 'b']],
  [{ 'Fn::Base64': 'abc' }, 'YWJj'],
  [{ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] }, 3],
  [{ 'Fn::If': ['Yes', 'a', { 'Fn::ImportValue': 'never looked at' }] }, 'a'],
  [{ 'Fn::If': ['No', 'a', { Ref: 'AWS::NoValue' }] }, undefined],
  [
    [1, { Ref: 'AWS::NoValue' }, { a: { Ref: 'AWS::NoValue' }, b: null }],
    [1, { b: null }],
  ],
  [{ Ref: 'List' }, ['a', 'b']],
  [{ Ref: 'Stage' }, 'prod'],
  ['${Placeholder} of a state machine', '${Placeholder} of a state machine'],
])('%j becomes %j', async (value, expected) => {
  const sections = {
    Parameters: { List: { Type: 'CommaDelimitedList', Default: 'a, b' }, Stage: { Type: 'String', Default: 'dev' } },
    Mappings: { Sizes: { 'eu-central-1': { small: 3 } } },
    Conditions: {
      Yes: { 'Fn::And': [{ 'Fn::Equals': [1, '1'] }, { 'Fn::Not': [{ Condition: 'No' }] }] },
      No: { 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] }] },
    },
  };
  expect(await resolvedValue(value, sections, { Stage: 'prod' })).toEqual(expected);
});

test('what is needed is created first, in whatever order the template has it', async () => {
  const { created, done } = deploy({
    Resources: {
      Last: thing({ Value: { 'Fn::Sub': '${Middle.Arn}' } }, { DependsOn: ['Beside'] }),
      Middle: thing({ List: [{ Ref: 'First' }] }),
      First: thing({}),
      Beside: thing({}),
    },
    Outputs: { Name: { Value: { Ref: 'Last' }, Export: { Name: 'x' } } },
  });
  expect((await done).outputs).toEqual({ Name: 'ref-Last' });
  expect(created.map(({ logicalId }) => logicalId)).toEqual(['Beside', 'First', 'Middle', 'Last']);
});

test('only the branch of an If that is taken counts as a reference', async () => {
  const { done } = deploy({
    Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] } },
    Resources: { A: thing({ Value: { 'Fn::If': ['Yes', 1, { Ref: 'B' }] } }), B: thing({ Value: { Ref: 'A' } }) },
  });
  expect([...(await done).resources.keys()]).toEqual(['A', 'B']);
});

test('a condition that depends on itself is refused', async () => {
  await expect(
    deploy({ Conditions: { A: { 'Fn::Not': [{ Condition: 'A' }] } }, Resources: { It: thing({}, { Condition: 'A' }) } })
      .done,
  ).rejects.toThrow('Conditions.A: depends on itself');
});

test('texts are rewritten once they are resolved, in resources and outputs', async () => {
  const url = { 'Fn::Sub': 'https://${Other}.example' };
  const { created, done } = deploy(
    { Resources: { Other: thing({}), It: thing({ Value: { deep: [url] } }) }, Outputs: { Url: { Value: url } } },
    {},
    (text) => text.replace('https://ref-Other.example', 'http://127.0.0.1:3000'),
  );
  expect((await done).outputs).toEqual({ Url: 'http://127.0.0.1:3000' });
  expect(created[1]?.properties.Value).toEqual({ deep: ['http://127.0.0.1:3000'] });
});
