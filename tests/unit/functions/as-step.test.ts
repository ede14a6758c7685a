import { describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { OutOfStockError, PaymentUnavailableError } from '../../../domain/errors.ts';
import { asEndpoint } from '../../../functions/as-endpoint.ts';
import { asStep, nameOutage } from '../../../functions/as-step.ts';
import { logger, redact } from '../../../functions/logger.ts';
import { httpEvent } from '../../statemachines/browser.ts';

const context = { functionName: 'test', getRemainingTimeInMillis: () => 1_000 } as unknown as Context;
const failure = (name: string, members: object = {}) => Object.assign(new Error('said so'), { name, ...members });

describe('an error of a step', () => {
  test.each([new OutOfStockError('A'), new PaymentUnavailableError('B')])('$name keeps its name', (error) => {
    expect(nameOutage(error)).toBe(error);
  });

  test.each([
    failure('InternalServerError', { $fault: 'server' }),
    failure('SomethingNew', { $fault: 'server' }),
    failure('ThrottlingException', { $fault: 'client', $retryable: { throttling: true } }),
    failure('ProvisionedThroughputExceededException', { $fault: 'client' }),
    failure('TimeoutError'),
  ])('$name becomes an outage, which is retried', (error) => {
    expect(nameOutage(error)).toMatchObject({ name: 'DependencyUnavailableError', cause: error });
  });

  test.each([
    failure('TypeError'),
    failure('ValidationException', { $fault: 'client' }),
    failure('AccessDeniedException', { $fault: 'client' }),
  ])('$name is a mistake of ours, and stays what it is', (error) => {
    expect(nameOutage(error)).toBe(error);
  });

  test('goes out of the handler under its name', async () => {
    const print = jest.spyOn(logger, 'warn').mockImplementation(() => {});
    const handler = asStep(async (orderId: string) => {
      throw new OutOfStockError(orderId);
    });
    await expect(handler('ord_1', context)).rejects.toMatchObject({ name: 'OutOfStockError', message: 'ord_1' });
    print.mockRestore();
  });

  test('does not come where there is none', async () => {
    const handler = asStep(async ({ n }: { n: number }) => n + 1);
    expect(await handler({ n: 1 }, context)).toBe(2);
  });
});

test('an endpoint that throws answers what its failure says, and nothing of the error', async () => {
  const print = jest.spyOn(logger, 'error').mockImplementation(() => {});
  const handler = asEndpoint(
    async () => {
      throw new Error('the database at 10.0.0.1 is down');
    },
    () => ({ statusCode: 500, body: 'sorry' }),
  );
  expect(await handler(httpEvent({}), context)).toEqual({ statusCode: 500, body: 'sorry' });
  print.mockRestore();
});

describe('the log', () => {
  test.each(['taskToken', 'token', 'secret', 'link', 'Cookie', 'nonce', 'x-api-key', 'Authorization', 'linkHash'])(
    'does not show what is called %s',
    (name) => {
      const text = JSON.stringify({ nested: { [name]: 'abc' } }, redact);
      expect(text).not.toContain('abc');
    },
  );

  test('shows the rest', () => {
    expect(JSON.stringify({ orderId: 'ord_1', error: null }, redact)).toBe('{"orderId":"ord_1","error":null}');
  });
});
