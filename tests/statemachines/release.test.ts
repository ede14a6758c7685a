import { beforeEach, expect, test } from '@jest/globals';
import { memoryApprovals } from '../../adapters/memory/memory-approvals.ts';
import { memoryMailer } from '../../adapters/memory/memory-mailer.ts';
import { newSecret } from '../../adapters/system.ts';
import type { Json } from '../../local/stepfunctions/asl/json.ts';
import { signOffInput } from '../unit/infra/pipeline-template.ts';
import { browser, linkIn } from './browser.ts';
import { ENDPOINTS, type Ports, STEPS } from './composition.ts';
import { type Call, NOON, type Reply, type Run, runMachine } from './machine-run.ts';

// The release pipeline (infra/pipeline.yml) starts the sign-off with its literal input, and looks at how the execution ends.

const VERSION = 'L4kqtJlcpXroDTDmpUMLUo.wkbZOzbs_';
const ACTION_TIMEOUT = 7 * 86_400_000; // of CodePipeline's Step Functions action

let ports: Ports;
let clock: { at: number };
let answers: Map<string, Json>;
let mailer: ReturnType<typeof memoryMailer>;

beforeEach(() => {
  clock = { at: NOON };
  answers = new Map();
  mailer = memoryMailer();
  const callback = {
    succeed: async (token: string, output: object) => {
      answers.set(token, output as unknown as Json);
      return true;
    },
  };
  ports = { approvals: memoryApprovals(), mailer, callback, newSecret, clock: () => clock.at } as unknown as Ports;
});

const web = () => browser(ENDPOINTS.showApproval(ports), ENDPOINTS.decideApproval(ports));

/** @param onMail what approvers do */
async function release(onMail: (link: string) => Promise<unknown>, requestedBy = 'ada@example.com'): Promise<Run> {
  const perform = async ({ target = '', parameters, taskToken }: Call): Promise<Reply> => {
    const step = STEPS[target];
    if (!step) throw new Error(`a sign-off has no ${target}`);
    const output = await step(ports)(parameters.Payload);
    if (!taskToken) return { output: JSON.parse(JSON.stringify(output ?? null)) };
    await onMail(linkIn(mailer.sent.at(-1)?.text ?? ''));
    const answer = answers.get(taskToken);
    return answer === undefined ? 'silence' : { output: answer };
  };
  const onTime = (at: number): void => {
    clock.at = Math.max(clock.at, at);
  };
  const name = 'release-1624a1d1-3699-43f0-8e1e-6bafd7fde791';
  return runMachine('sign-off', JSON.parse(signOffInput(requestedBy, VERSION)), { name, reply: perform, onTime });
}

test('a release that is approved succeeds: the pipeline goes on', async () => {
  const done = await release((link) => web().press(link, 'approve'));
  expect(done).toMatchObject({ status: 'SUCCEEDED', output: { outcome: 'approved' } });
});

test('a release that is rejected fails, and with it the action of the pipeline', async () => {
  const done = await release((link) => web().press(link, 'reject'));
  expect(done).toMatchObject({
    status: 'FAILED',
    error: 'NotApprovedError',
    cause: expect.stringContaining('rejected'),
  });
});

test('a release that nobody decides about fails, before the pipeline stops waiting', async () => {
  const done = await release(async () => {});
  expect(done).toMatchObject({
    status: 'FAILED',
    error: 'NotApprovedError',
    cause: expect.stringContaining('expired'),
  });
  expect(done.endedAt - done.startedAt).toBeLessThan(ACTION_TIMEOUT);
});

test('the approver reads which archive it is', async () => {
  await release(async (link) => {
    const { body } = await web().open(link);
    for (const part of [VERSION, 'Release of countersign-releases-source', 'ada@example.com'])
      expect(body).toContain(part);
    return web().press(link, 'approve');
  });
});

test('whoever requests releases never approves them: somebody of the next level is asked', async () => {
  await release((link) => web().press(link, 'approve'), 'manager@example.com');
  expect(mailer.sent[0]?.to).toBe('director@example.com');
});
