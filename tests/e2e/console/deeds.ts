import { expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { expectAccessible, openPage } from './browser-page.ts';
import { createMachine, start, urlOf, withCloud } from './many-things.ts';
import { state } from './story.ts';

// What the console can do, and how it shows what goes on.

const token = (more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  Parameters: { QueueUrl: 'asks', 'MessageBody.$': 'States.JsonToString($$.Task)' },
  ...more,
});

/** The number beside which a mark is drawn. */
const MARKED_LINE = `(() => {
  const mark = document.querySelector('.marks .ERROR').getBoundingClientRect().top;
  const numbers = [...document.querySelectorAll('.lines pre span')];
  return 1 + numbers.findIndex((number) => Math.abs(number.getBoundingClientRect().top - mark) < 10);
})()`;

export function deedTests(browser: () => Browser): void {
  test('a task is answered with success and with failure, and beats in between; the page follows', async () => {
    await withCloud(async (cloud) => {
      const machine = await createMachine(cloud, 'asking', {
        StartAt: 'Ask',
        States: {
          Ask: token({ HeartbeatSeconds: 600, Next: 'Ask again' }),
          'Ask again': token({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Refused' }], End: true }),
          Refused: { Type: 'Succeed' },
        },
      });
      const execution = await start(cloud, machine, {});
      const { page, troubles } = await openPage(browser(), urlOf(cloud, execution));
      await state(page, /^Ask, Task, Waiting/).click();
      await page.getByRole('button', { name: 'Send heartbeat' }).click();
      await page.getByText('Heartbeat sent').waitFor();
      await page.getByRole('button', { name: 'Send success' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(/^Output/).fill('{"answer": 42');
      await dialog.getByRole('button', { name: 'Line 1' }).waitFor();
      await expectAccessible(page);
      await dialog.getByLabel(/^Output/).fill('{"answer": 42}');
      await dialog.getByRole('button', { name: 'Send success' }).click();
      await state(page, /^Ask again, Task, Waiting/).click();
      await page.getByRole('button', { name: 'Send failure' }).click();
      await dialog.getByLabel('Error').fill('NoWay');
      await dialog.getByRole('button', { name: 'Send failure' }).click();
      await state(page, /^Ask again, Task, Caught, NoWay/).waitFor();
      await state(page, /^Refused, Succeed, Succeeded/).waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('a state that is tried again says which attempt is next, and when; the clock is skipped from the side', async () => {
    await withCloud(async (cloud) => {
      const machine = await createMachine(cloud, 'retrying', {
        StartAt: 'Try',
        States: {
          Try: {
            Type: 'Task',
            Resource: 'arn:aws:states:::sqs:sendMessage',
            Parameters: { QueueUrl: 'no-such-queue', MessageBody: '{}' },
            Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 3_000, BackoffRate: 1, MaxAttempts: 2 }],
            End: true,
          },
        },
      });
      const execution = await start(cloud, machine, {});
      const { page } = await openPage(browser(), urlOf(cloud, execution));
      await state(page, /^Try, Task, Retrying, attempt 2 of 3 is next/).click();
      await page.getByText('Next attempt').waitFor();
      await page.getByRole('button', { name: 'Skip to it' }).click();
      await state(page, /^Try, Task, Retrying, attempt 3 of 3 is next/).waitFor();
      await page.getByRole('button', { name: 'Skip to it' }).click();
      await state(page, /^Try, Task, Failed/).waitFor();
      await page.getByText('3 attempts').waitFor();
      await page.close();
    });
  });

  test('an execution is stopped, redriven, and started again with another input', async () => {
    await withCloud(async (cloud) => {
      const machine = await createMachine(cloud, 'waiting', {
        StartAt: 'Wait',
        States: { Wait: { Type: 'Wait', Seconds: 86_400, Next: 'Done' }, Done: { Type: 'Succeed' } },
      });
      const execution = await start(cloud, machine, { first: true });
      const { page, troubles } = await openPage(browser(), urlOf(cloud, execution));
      await state(page, /^Wait, Wait, Waiting/).waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(/^Error/).fill('Changed');
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Stop' }).click();
      await state(page, /^Wait, Wait, Aborted/).waitFor();
      await page.getByRole('button', { name: 'Redrive' }).click();
      await dialog.getByRole('button', { name: 'Redrive' }).click();
      await state(page, /^Wait, Wait, Waiting/).waitFor();
      await page.getByText('1 ×').waitFor();
      await page.getByRole('button', { name: 'Start again' }).click();
      await dialog.getByLabel(/^Input/).fill('{"second": true}');
      await dialog.getByRole('button', { name: 'Start', exact: true }).click();
      await page.getByRole('region', { name: 'Input' }).getByText('"second"').waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('what is wrong with a definition is said at its line and in the graph; a good one is saved', async () => {
    await withCloud(async (cloud) => {
      const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } } };
      await createMachine(cloud, 'edited', definition);
      const { page, troubles } = await openPage(browser(), `${cloud.urls.console}machines/edited`);
      const editor = page.getByLabel('Definition', { exact: true });
      await editor.fill(
        JSON.stringify({ ...definition, States: { ...definition.States, A: { Type: 'Pass', Next: 'C' } } }, null, 2),
      );
      await page.getByRole('button', { name: 'Line 6' }).waitFor();
      await page.locator('.node.wrong').first().waitFor();
      // At the line itself as well, where a reader of the text looks.
      await page.locator('.marks .ERROR', { hasText: "Missing 'Next' target: C" }).waitFor();
      expect(await page.evaluate(MARKED_LINE)).toBe(6);
      await expectAccessible(page);
      await editor.fill(JSON.stringify({ ...definition, Comment: 'Better' }, null, 2));
      await page.getByRole('button', { name: 'Save as new revision' }).click();
      await page.getByText('Better').first().waitFor();
      await page.getByRole('tab', { name: 'Versions and aliases' }).click();
      await page.getByText('No version was published').waitFor();
      await expectAccessible(page);
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('dead letters are sent back, and an event is put on a bus', async () => {
    await withCloud(async (cloud) => {
      const { call } = cloud;
      const dead = await call('sqs', 'CreateQueue', { QueueName: 'dead' }, cloud);
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:${cloud.region}:${cloud.account}:dead`,
        maxReceiveCount: 1,
      });
      await call('sqs', 'CreateQueue', { QueueName: 'alive', Attributes: { RedrivePolicy } }, cloud);
      await call('sqs', 'SendMessage', { QueueUrl: dead.QueueUrl, MessageBody: 'try me again' }, cloud);
      const { page, troubles } = await openPage(browser(), `${cloud.urls.console}services/queues/dead`);
      await page.getByText('try me again').waitFor();
      await page.getByRole('button', { name: 'Redrive to alive' }).click();
      await page.getByText('The queue is empty').waitFor();
      await page.goto(`${cloud.urls.console}services/queues/alive`);
      await page.getByText('try me again').waitFor();
      await page.goto(`${cloud.urls.console}services/buses/default`);
      await page.getByRole('button', { name: /^Put a test event/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Put event' }).click();
      await page.getByText('The event is on the bus').waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });
  });

  test('a Distributed Map shows how far it is, and leads to its children', async () => {
    await withCloud(async (cloud) => {
      const machine = await createMachine(cloud, 'distributed', {
        StartAt: 'Each',
        States: {
          Each: {
            Type: 'Map',
            Label: 'Items',
            ItemProcessor: {
              ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
              StartAt: 'Wait',
              States: { Wait: { Type: 'Wait', Seconds: 60, End: true } },
            },
            End: true,
          },
        },
      });
      const execution = await start(cloud, machine, [1, 2, 3]);
      const { page, troubles } = await openPage(browser(), urlOf(cloud, execution));
      await page.getByText(/^0 of 3 items done/).waitFor();
      await state(page, /^Each, Map, Running, 0 of 3 done/).waitFor();
      await page.getByRole('button', { name: 'Skip to it' }).click();
      await page.getByText(/^3 of 3 items done/).waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: 'Child executions' }).click();
      await page.getByRole('region', { name: 'Executions' }).getByRole('link').first().click();
      await state(page, /^Wait, Wait, Succeeded/).waitFor();
      expect(troubles).toEqual([]);
      await page.close();
    });
  });
}
