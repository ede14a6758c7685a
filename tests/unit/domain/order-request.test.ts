import { describe, expect, test } from '@jest/globals';
import { parseOrderRequest } from '../../../domain/order-request.ts';
import { body } from '../../statemachines/sample-order.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const pointersOf = (value: unknown) => {
  const parsed = parseOrderRequest(value, AT);
  return parsed.ok ? [] : parsed.errors.map(({ pointer }) => pointer);
};
const line = (changes: object) => body({ lines: [{ sku: 'LAMP', quantity: 1, ...changes }] });

describe('the body of an order', () => {
  test.each([
    ['no body', undefined, ['']],
    ['a list', [], ['']],
    ['an empty object', {}, ['/requestedBy', '/currency', '/lines', '/payment']],
    ['an unknown field', body({ discount: 5 }), ['/discount']],
    ['an unknown field in a line', line({ price: 1 }), ['/lines/0/price']],
    ['an unknown field of the payment', body({ payment: { token: 't', cvc: '1' } }), ['/payment/cvc']],
    ['a prototype key', JSON.parse(JSON.stringify(body()).replace('{', '{"__proto__":{"x":1},')), ['/__proto__']],
    ['a key with a slash', body({ 'a/b~c': 1 }), ['/a~1b~0c']],
    ['no e-mail address', body({ requestedBy: 'alice' }), ['/requestedBy']],
    ['an e-mail address with a line break', body({ requestedBy: 'a@b.c\nBcc: x@y.z' }), ['/requestedBy']],
    ['an unknown currency', body({ currency: 'XXX' }), ['/currency']],
    ['a currency that is a member of every object', body({ currency: 'constructor' }), ['/currency']],
    ['no lines', body({ lines: [] }), ['/lines']],
    ['too many lines', body({ lines: Array(41).fill({ sku: 'A', quantity: 1 }) }), ['/lines']],
    ['lines that are no list', body({ lines: { 0: {} } }), ['/lines']],
    ['a line that is no object', body({ lines: ['LAMP'] }), ['/lines/0']],
    ['a line without quantity', body({ lines: [{ sku: 'LAMP' }] }), ['/lines/0/quantity']],
    ['a negative quantity', line({ quantity: -1 }), ['/lines/0/quantity']],
    ['a quantity of zero', line({ quantity: 0 }), ['/lines/0/quantity']],
    ['a fraction', line({ quantity: 1.5 }), ['/lines/0/quantity']],
    ['a quantity as text', line({ quantity: '1' }), ['/lines/0/quantity']],
    ['a huge quantity', line({ quantity: 1e300 }), ['/lines/0/quantity']],
    ['a SKU with a space', line({ sku: 'A B' }), ['/lines/0/sku']],
    [
      'the same SKU twice',
      body({
        lines: [
          { sku: 'A', quantity: 1 },
          { sku: 'A', quantity: 2 },
        ],
      }),
      ['/lines/1/sku'],
    ],
    ['no payment token', body({ payment: {} }), ['/payment/token']],
    ['a payment that is no object', body({ payment: 'tok_visa' }), ['/payment']],
    ['a payment token with odd characters', body({ payment: { token: 'tok visa' } }), ['/payment/token']],
    ['a ship date that is none', body({ shipAt: '2026-02-30T00:00:00Z' }), ['/shipAt']],
    ['a ship date too far ahead', body({ shipAt: '2027-11-22T00:00:00Z' }), ['/shipAt']],
    ['a reason with a control character', body({ reason: 'a\u0000b' }), ['/reason']],
    ['a reason that goes on in a line of its own', body({ reason: 'a\u2028Amount: 1.00 EUR' }), ['/reason']],
    ['a reason of two paragraphs', body({ reason: 'a\u2029b' }), ['/reason']],
    ['a reason that is shown in another order', body({ reason: 'RUE 00.1 \u202eb' }), ['/reason']],
    ['a reason with text of another direction', body({ reason: 'a \u2067b\u2069' }), ['/reason']],
    ['a reason with a left-to-right mark', body({ reason: 'a\u200eb' }), ['/reason']],
    ['a reason with a right-to-left mark', body({ reason: 'a\u200fb' }), ['/reason']],
    ['a reason with an Arabic letter mark', body({ reason: 'a\u061cb' }), ['/reason']],
    [
      'an e-mail address that is shown in another order',
      body({ requestedBy: 'a\u202eb@example.com' }),
      ['/requestedBy'],
    ],
    ['a reason with half a character', body({ reason: 'a\ud800' }), ['/reason']],
    ['a reason that is too long', body({ reason: 'x'.repeat(501) }), ['/reason']],
    ['risks that are no list', body({ risk: 'export' }), ['/risk']],
    ['a risk that is no name', body({ risk: ['Export!'] }), ['/risk/0']],
    [
      'several mistakes at once',
      body({ currency: 'X', lines: [{}] }),
      ['/currency', '/lines/0/sku', '/lines/0/quantity'],
    ],
  ])('with %s is refused where it is wrong', (_, value, pointers) => {
    expect(pointersOf(value)).toEqual(pointers);
  });

  test('with a character that misleads says which to leave out', () => {
    const parsed = parseOrderRequest(body({ reason: 'a\u200Fb' }), AT);
    expect(parsed).toMatchObject({
      errors: [{ pointer: '/reason', detail: expect.stringMatching(/mark or an override of direction/) }],
    });
  });

  test('is read with its address in lower case, its date in UTC, and its risks once each', () => {
    const parsed = parseOrderRequest(
      body({ requestedBy: 'Alice@Example.com', shipAt: '2026-12-24T08:00:00+01:00', risk: ['export', 'export'] }),
      AT,
    );
    expect(parsed).toEqual({
      ok: true,
      request: {
        requestedBy: 'alice@example.com',
        currency: 'EUR',
        lines: [{ sku: 'LAMP', quantity: 2 }],
        payment: { token: 'tok_visa' },
        shipAt: '2026-12-24T07:00:00.000Z',
        risk: ['export'],
      },
    });
  });
});
