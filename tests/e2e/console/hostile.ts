import { expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { type Cloud, startCloud } from '../../../local/cloud.ts';
import { expectAccessible, expectUnmoved, loaded, openPage } from './browser-page.ts';
import { createMachine, start } from './many-things.ts';

// Whoever writes names, inputs, errors and mails may be hostile or odd: the console shows it and is not moved by it.

const NAUGHTY: readonly string[] = [
  '<script>globalThis.hacked = 1; alert(1)</script>',
  '<img src=x onerror="globalThis.hacked = 2">',
  '"><svg onload=alert(3)>',
  "'; globalThis.hacked = 4; //",
  'javascript:alert(5)',
  '{{constructor.constructor("globalThis.hacked=6")()}}',
  '${globalThis.hacked = 7}',
  '</textarea></pre></style><iframe src="javascript:alert(8)">',
  'مرحبا بالعالم ‮ reversed ‬ עברית',
  '﷽ 𒐫 Z̸̨͝a̶͕l̷͚g̵̼o̸͜ 👩‍👩‍👧‍👦 \u200b\ufeff\u0000\u0007',
  '../../../etc/passwd %00 %2e%2e%2f',
  '__proto__',
  'x'.repeat(10_000),
  '字'.repeat(10_000),
  'no-spaces-'.repeat(1_000),
];

const MACHINE = {
  Comment: NAUGHTY[0],
  StartAt: '<b onclick=alert(9)>State</b>',
  States: {
    '<b onclick=alert(9)>State</b>': { Type: 'Pass', Comment: NAUGHTY[1], Next: '${7*7} ‮bidi' },
    '${7*7} ‮bidi': {
      Type: 'Choice',
      Choices: [{ Variable: '$.never', IsPresent: true, Next: 'Stop' }],
      Default: 'Stop',
    },
    Stop: { Type: 'Fail', Error: '<script>alert(10)</script>', Cause: NAUGHTY.join('\n') },
  },
};

export function hostileTests(browser: () => Browser): void {
  test('hostile texts are shown as the texts they are', async () => {
    const cloud = await startCloud({});
    try {
      const execution = await play(cloud);
      const { page, troubles } = await openPage(browser(), cloud.urls.console);
      const paths = [
        '',
        'executions',
        'mailbox',
        'services/tables/naughty',
        'services/queues/naughty',
        `machines/naughty`,
        `executions/${encodeURIComponent(execution)}`,
        `executions/${encodeURIComponent(execution)}?tab=timeline`,
        `executions/${encodeURIComponent(execution)}?state=${encodeURIComponent(Object.keys(MACHINE.States)[0]!)}`,
        `executions/${encodeURIComponent(NAUGHTY[0]!)}`,
        `mailbox?to=${encodeURIComponent(NAUGHTY[1]!)}`,
        'mailbox?about=%E0%A4',
        'executions/%E0%A4%A',
      ];
      for (const path of paths) {
        await page.goto(cloud.urls.console + path);
        await loaded(page);
        await expectUnmoved(page);
      }
      await page.goto(`${cloud.urls.console}executions/${encodeURIComponent(execution)}`);
      await page.getByText('<script>globalThis.hacked = 1; alert(1)</script>').first().waitFor();
      await page
        .getByRole('button', { name: /onclick=alert\(9\)/ })
        .first()
        .click();
      await page.getByRole('region', { name: 'Input of the state' }).getByText('<img src=x onerror=').first().waitFor();
      await expectAccessible(page);
      expect(troubles).toEqual([]);
      await page.close();
    } finally {
      await cloud.close();
    }
  });

  test('every naughty mail opens, as text and as HTML, and does nothing', async () => {
    const cloud = await startCloud({});
    try {
      const mails = NAUGHTY.map((text) =>
        cloud.mailbox.deliver({ to: [text.slice(0, 200)], from: text, subject: text, text, html: `<p>${text}</p>` }),
      );
      const { page, troubles } = await openPage(browser(), cloud.urls.mailbox);
      for (const { id } of mails) {
        await page.goto(`${cloud.urls.mailbox}/${id}`);
        await page.getByRole('button', { name: 'Text' }).click();
        await page.getByRole('button', { name: 'Headers' }).click();
        await expectUnmoved(page);
      }
      // Scripts of a mail are refused by its frame, which the browser reports; a picture that is missing as well.
      const others = troubles.filter(
        (trouble) => !/Blocked script|sandboxed|Content Security Policy|status of 404/.test(trouble),
      );
      expect(others).toEqual([]);
      await page.close();
    } finally {
      await cloud.close();
    }
  });
}

async function play(cloud: Cloud): Promise<string> {
  const { call, account, region, mailbox } = cloud;
  const caller = { account, region };
  const arn = await createMachine(cloud, 'naughty', MACHINE);
  const input = Object.fromEntries(NAUGHTY.map((text, index) => [`${text.slice(0, 100)} ${index}`, text]));
  const execution = await start(cloud, arn, input, 'naughty');
  await cloud.engine.ended(execution);
  for (const text of NAUGHTY) mailbox.deliver({ to: ['someone@example.com'], subject: text, text });
  const key = { AttributeName: 'id', AttributeType: 'S' };
  const table = {
    TableName: 'naughty',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [key],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  };
  await call('dynamodb', 'CreateTable', table, caller);
  const { QueueUrl } = await call('sqs', 'CreateQueue', { QueueName: 'naughty' }, caller);
  for (const [index, text] of NAUGHTY.entries()) {
    await call(
      'dynamodb',
      'PutItem',
      { TableName: 'naughty', Item: { id: { S: `${index}` }, [`${text.slice(0, 100)} ${index}`]: { S: text } } },
      caller,
    );
    await call(
      'sqs',
      'SendMessage',
      { QueueUrl, MessageBody: text.replaceAll('\0', '').replaceAll('\u0007', '') },
      caller,
    );
  }
  return execution;
}
