import { request } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { type HttpServer, listen, type RequestHandler } from '../../../../local/cloud/http-server.ts';

let server: HttpServer;
let reports: string[];
afterEach(() => server.close());

async function serve(handler: RequestHandler): Promise<void> {
  reports = [];
  server = await listen(0, handler, (error, what) => reports.push(`${what}: ${error}`));
}

test('what a handler throws is answered with what to do, reported without the query, which may be secret, and the server goes on', async () => {
  await serve(async ({ url }, response) => {
    if (url !== '/fine') throw new Error('a mistake');
    response.end('fine');
  });
  const answer = await fetch(`${server.url}/path?link=secret`, { method: 'POST', body: 'not read' });
  expect(answer.status).toBe(500);
  const said =
    'This local cloud failed in POST /path: a mistake. What it wrote to its error stream says where; it goes on, so try again.';
  expect(await answer.json()).toEqual({ error: said, message: said });
  expect(reports).toEqual(['POST /path: Error: a mistake']);
  expect(await (await fetch(`${server.url}/fine`)).text()).toBe('fine');
});

test('what is thrown once the answer has begun ends it, and is reported', async () => {
  await serve(async (_request, response) => {
    response.write('begun');
    throw new Error('a mistake');
  });
  await expect(fetch(server.url).then((answer) => answer.text())).rejects.toThrow('terminated');
  expect(reports).toEqual(['GET /: Error: a mistake']);
});

test('that a client went away is no mistake', async () => {
  const failed = Promise.withResolvers<void>();
  await serve(async (incoming) => {
    sent.destroy();
    try {
      for await (const _ of incoming);
    } finally {
      setImmediate(failed.resolve);
    }
  });
  const sent = request(server.url, { method: 'POST', headers: { 'content-length': '100' } });
  sent.on('error', () => {});
  sent.write('begun');
  await failed.promise;
  expect(reports).toEqual([]);
});
