import { expect, test } from '@jest/globals';
import { tokensFrom } from '../../../scripts/access-tokens.ts';
import { Shop } from '../../../scripts/demo/shop.ts';
import { type LocalShop, SMALL_ORDER } from '../running-shop.ts';

export function accessTokenTests(running: () => LocalShop): void {
  /** A client that has the API key, and a token for this. */
  function clientWith(clientId: string, wanted: { scope?: string; audience?: string } = {}): Shop {
    const { api, apiKey = '', issuer } = running().urls;
    return new Shop(api, apiKey, tokensFrom({ issuer, clientId, ...wanted }));
  }

  test('the API key alone is not enough, and neither is a token alone', async () => {
    const { shop } = running();
    const keyAlone = await shop.call('GET', '/products', undefined, { authorization: undefined });
    expect(keyAlone).toMatchObject({ status: 401 });
    expect(keyAlone.headers.get('www-authenticate')).toBe('Bearer');
    expect(keyAlone.json()).toMatchObject({ type: '/problems/unauthorised', status: 401 });
    expect((await shop.call('GET', '/products', undefined, { 'x-api-key': undefined })).status).toBe(401);
  });

  test.each(['Bearer x.y.z', 'Bearer', 'Basic c2hvcDpzaG9w'])('%s is refused with 401', async (authorization) => {
    const answer = await running().shop.call('POST', '/orders', SMALL_ORDER, { authorization, 'Idempotency-Key': 'x' });
    expect(answer.status).toBe(401);
  });

  test('a token for something else is refused with 401', async () => {
    expect((await clientWith('shop', { audience: 'billing' }).call('GET', '/products')).status).toBe(401);
  });

  test('a token without the scope is refused with 403, and opens what it is for', async () => {
    const reader = clientWith('reader', { scope: 'orders:read' });
    const refused = await reader.placeOrder(SMALL_ORDER, 'not mine to place');
    expect(refused).toMatchObject({ status: 403 });
    expect(refused.json()).toMatchObject({ type: '/problems/forbidden', status: 403 });
    const orderId = await running().shop.place(SMALL_ORDER, 'to be read');
    expect((await reader.order(orderId)).orderId).toBe(orderId);
    expect((await reader.call('GET', '/approvals')).status).toBe(403);
  });

  test('idempotency keys belong to the client of the token', async () => {
    const one = await clientWith('one').place(SMALL_ORDER, 'the same key');
    const other = await clientWith('other').place(SMALL_ORDER, 'the same key');
    expect(other).not.toBe(one);
    expect(await clientWith('one').place(SMALL_ORDER, 'the same key')).toBe(one);
  });

  test('a token that has expired is refused, and a new one is good', async () => {
    const { shop } = running();
    const token = await tokensFrom({ issuer: running().urls.issuer, clientId: 'shop' })();
    const call = () => shop.call('GET', '/products', undefined, { authorization: `Bearer ${token}` });
    expect((await call()).status).toBe(200);
    await shop.advanceClock(2 * 3_600);
    expect((await call()).status).toBe(401);
    expect((await shop.call('GET', '/products')).status).toBe(200);
  });

  test('pages and health need neither', async () => {
    expect((await fetch(`${running().shop.api}/health`)).status).toBe(200);
    expect((await fetch(`${running().shop.api}/approvals/unknown?link=x`)).status).toBe(404);
  });
}
