import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';
import { bundleClient } from '../../../../local/console/client-bundle.ts';
import { type Changes, createLive } from '../../../../local/console/live.ts';

let cloud: Cloud;
const reports: string[] = [];

beforeAll(async () => {
  cloud = await startCloud({ report: (error, what) => reports.push(`${what}: ${error}`) });
});

afterAll(() => cloud?.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(cloud.urls.console + path, { headers });

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(cloud.urls.console + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** Fetch sets the Host header itself. */
const statusWithHost = (path: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(cloud.urls.console);
    request({ hostname, port, path, headers: { host } }, ({ statusCode }) => resolve(statusCode))
      .on('error', reject)
      .end();
  });

describe('who may use the console', () => {
  test.each(['api/call', 'clock/advance'])('POST %s is refused to pages of other origins', async (path) => {
    expect((await post(path, {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(path, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test.each(['api/executions', 'api/mails', 'api/live', 'api/application', ''])(
    'GET %s is refused under another name of the host',
    async (path) => {
      expect(await statusWithHost(`/_local/${path}`, 'evil.example')).toBe(403);
    },
  );

  test('a body that is not JSON is refused, and so is one that says it is a form', async () => {
    expect(
      (
        await fetch(`${cloud.urls.console}api/call`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{',
        })
      ).status,
    ).toBe(400);
    expect(
      (await fetch(`${cloud.urls.console}api/call`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })).status,
    ).toBe(415);
  });

  test('only what the pages have buttons for can be called', async () => {
    for (const [service, operation] of [
      ['states', 'DeleteStateMachine'],
      ['dynamodb', 'DeleteTable'],
      ['iam', 'CreateRole'],
      ['__proto__', 'constructor'],
      ['states', 'toString'],
    ]) {
      expect((await post('api/call', { service, operation, input: {} })).status).toBe(400);
    }
  });

  test('what a service refuses is told with its name', async () => {
    const answer = await post('api/call', {
      service: 'states',
      operation: 'StopExecution',
      input: { executionArn: 'x' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'InvalidArn' });
  });
});

describe('what it answers', () => {
  test('the clock is JSON for programs and a page for people', async () => {
    expect(await (await get('clock')).json()).toMatchObject({ now: expect.any(String), nextTimer: null });
    expect((await get('clock', { accept: 'text/html' })).headers.get('content-type')).toMatch('text/html');
  });

  test('the mailbox can be read without scripts, and mails in it are escaped', async () => {
    const { id } = cloud.mailbox.deliver({
      to: ['a@example.com'],
      subject: '<b>Hi</b>',
      text: 'https://example.com/x',
    });
    expect(await (await get('mailbox', { accept: 'text/html' })).text()).toContain('&lt;b&gt;Hi&lt;/b&gt;');
    expect(await (await get(`mailbox/${id}`, { accept: 'text/html' })).text()).toContain(
      'href="https://example.com/x"',
    );
  });

  test('there is no such page: 404, with a page for people', async () => {
    expect((await get('nowhere')).status).toBe(404);
    expect((await get('nowhere', { accept: 'text/html' })).status).toBe(404);
    expect((await get('api/execution?arn=none')).status).toBe(404);
    expect((await get('api/executions?status=NONE')).status).toBe(400);
  });

  test('pages may run their own script and nothing else', async () => {
    const policy = (await get('', { accept: 'text/html' })).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test('the first load is at most 150 KB, and asks for nothing from elsewhere', async () => {
    const { js, css } = await bundleClient();
    const page = await (await get('', { accept: 'text/html' })).text();
    expect(js.gzipped.length + css.gzipped.length + page.length).toBeLessThanOrEqual(150_000);
    expect(css.body.toString()).not.toMatch(/@import|https?:/);
    expect(page.match(/(?:src|href)="[^"]+"/g)?.every((each) => /="(\/_local\/|data:)/.test(each))).toBe(true);
  });

  test('assets come compressed to who takes them, and may be kept for ever', async () => {
    const answer = await get('assets/console.js');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
  });

  test('changes are told as they happen', async () => {
    const answer = await get('api/live');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    cloud.mailbox.deliver({ to: ['a@example.com'], subject: 'News', text: '' });
    while (!/event: change\ndata: \{"mails"/.test(text)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    expect(text).toContain('event: clock');
    await reader.cancel();
  });
});

describe('live changes', () => {
  test('many within a moment are told once; too many to name are told as all', () => {
    let flush: () => void = () => {};
    const live = createLive((callback) => {
      flush = callback;
    });
    const told: Changes[] = [];
    live.changed('mails', 'before anybody listens');
    const end = live.subscribe((changes) => told.push(changes));
    live.changed('executions', 'a');
    live.changed('executions', 'a');
    live.changed('clock');
    flush();
    for (let index = 0; index < 1_000; index++) live.changed('executions', String(index));
    flush();
    end();
    live.changed('mails', 'nobody listens');
    expect(told).toEqual([{ executions: ['a'], clock: 'all' }, { executions: 'all' }]);
  });
});

test('a mistake of this cloud is told to whoever asked, and reported; the next request is served', async () => {
  const { list } = cloud.mailbox;
  cloud.mailbox.list = () => {
    throw new Error('a mistake');
  };
  const answer = await get('mailbox.json');
  cloud.mailbox.list = list;
  expect([answer.status, await answer.json()]).toEqual([
    500,
    expect.objectContaining({
      error: expect.stringMatching(/failed in GET \/_local\/mailbox\.json: a mistake.*try again/),
    }),
  ]);
  expect(reports.splice(0)).toEqual(['GET /_local/mailbox.json: Error: a mistake']);
  expect((await get('mailbox.json')).status).toBe(200);
});
