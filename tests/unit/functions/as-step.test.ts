import { Metrics } from '@aws-lambda-powertools/metrics';
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { MailNotSentError, OutOfStockError, PaymentUnavailableError } from '../../../domain/errors.ts';
import { asEndpoint } from '../../../functions/as-endpoint.ts';
import { asStep, nameOutage } from '../../../functions/as-step.ts';
import { logger, redact } from '../../../functions/logger.ts';
import { httpEvent } from '../../statemachines/browser.ts';

const context = { functionName: 'test', getRemainingTimeInMillis: () => 1_000 } as unknown as Context;
const failure = (name: string, members: object = {}) => Object.assign(new Error('said so'), { name, ...members });

// What handlers say of their work is not what is tested here.
beforeEach(() => {
  jest.spyOn(logger, 'info').mockImplementation(() => {});
  jest.spyOn(Metrics.prototype, 'addMetric').mockReturnValue(undefined as never);
});

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

describe('what happened is counted', () => {
  const counted = async (error: Error) => {
    jest.spyOn(logger, 'warn').mockImplementation(() => {});
    const add = jest.spyOn(Metrics.prototype, 'addMetric').mockReturnValue(undefined as never);
    add.mockClear();
    const handler = asStep(async () => {
      throw error;
    });
    await expect(handler({}, context)).rejects.toThrow();
    return add.mock.calls.map(([name]) => name);
  };

  test('a mail that was not sent', async () => {
    expect(await counted(new MailNotSentError('no'))).toEqual(['MailNotSent']);
  });

  test('a mistake, but neither a business outcome nor an outage', async () => {
    expect(await counted(new TypeError('no'))).toEqual(['UnexpectedErrors']);
    expect(await counted(new OutOfStockError('A'))).toEqual([]);
    expect(await counted(failure('InternalServerError', { $fault: 'server' }))).toEqual([]);
  });
});

test('a step does not see which execution it belongs to; the log does', async () => {
  const append = jest.spyOn(logger, 'appendKeys');
  const handler = asStep(async (event: object) => event);
  const orderId = 'ord_1';
  expect(await handler({ orderId, executionId: 'arn:execution', taskToken: 'secret' }, context)).toEqual({
    orderId,
    taskToken: 'secret',
  });
  expect(append.mock.calls[0]).toEqual([{ orderId, executionId: 'arn:execution' }]);
});
