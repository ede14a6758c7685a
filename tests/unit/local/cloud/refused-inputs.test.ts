import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { modelledServices, requiredMembers } from '../../../../local/aws/model.ts';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';
import { dice, garbage } from './garbage.ts';
import { type Answer, CALLER, type KnownOperation, operationsOf, send, sendBody } from './operations.ts';

// What reaches no operation, or should not, asked of every operation that this cloud has.

let cloud: Cloud;
let operations: readonly KnownOperation[];
const reports: string[] = [];
beforeAll(async () => {
  cloud = await startCloud({ report: (error, what) => reports.push(`${what}: ${error}`) });
  operations = await operationsOf(cloud.call);
});
afterAll(() => cloud.close());

const nameOf = ({ service, name }: KnownOperation) => `${service}:${name}`;

test('there are operations of every service to ask', () => {
  expect(operations.length).toBeGreaterThan(350);
  expect(new Set(operations.map(({ service }) => service)).size).toBe(modelledServices.length);
});

test('an operation whose required members are missing names one of them and does nothing', async () => {
  for (const operation of operations) {
    const required = requiredMembers(operation.model.input);
    if (required.length === 0) continue;
    const error = await cloud.call(operation.service, operation.name, {}, CALLER).then(
      () => ({ message: 'it succeeded' }),
      (refusal) => refusal,
    );
    expect([nameOf(operation), error]).toEqual([
      nameOf(operation),
      expect.objectContaining({
        statusCode: 400,
        message: expect.stringMatching(new RegExp(required.map(spelled).join('|'), 'i')),
      }),
    ]);
  }
});

/** DynamoDB speaks of the table where a resource is missing. */
const spelled = (member: string) => member.replace('ResourceArn', '(Resource|Table)Arn');

const NO_INPUT = ['', '[null]', '{', new Uint8Array([0xff, 0xfe, 0])];
const TOO_DEEP = `${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`;

test('a body that is no input is no failure of this cloud, whatever the operation', async () => {
  for (const operation of operations) {
    for (const body of [...NO_INPUT, TOO_DEEP])
      await expectNoFailure(operation, await sendBody(cloud.urls.aws, operation, body));
  }
});

test('an input of wrong types is no failure of this cloud, whatever the operation', async () => {
  const roll = dice(1);
  for (const operation of operations) {
    for (let count = 0; count < 3; count += 1) {
      const input = garbage(operation.model.input, roll) as object;
      const answer = await send(cloud.urls.aws, operation, input);
      await expectNoFailure(operation, answer, JSON.stringify(input).slice(0, 1_000));
    }
  }
});

/** What this cloud does not support at all it says with 501. */
async function expectNoFailure(operation: KnownOperation, answer: Answer, input?: string): Promise<void> {
  const isFailure = answer.status >= 500 && answer.status !== 501;
  expect([nameOf(operation), input, isFailure && answer.body, reports.splice(0)]).toEqual([
    nameOf(operation),
    input,
    false,
    [],
  ]);
}
