import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { definition, definitionText, MACHINES, statesOf } from './machines.ts';

const require = createRequire(import.meta.url);
// CommonJS both: the validator, and the version of JSONata that AWS runs.
const validator = require('asl-validator') as (definition: object) => { isValid: boolean; errorsText: () => string };
const jsonata206 = require('jsonata-aws') as (expression: string) => unknown;

const SUBSTITUTIONS = {
  'close-day': ['CheckMovementsFunction', 'LedgersBucket', 'ListDayFunction', 'OperationsTopic', 'WriteLedgerFunction'],
  'place-order': [
    'CheckOrderFunction',
    'OrderSubmittedDeadLettersUrl',
    'OrdersBus',
    'OrdersTable',
    'ProcessOrderStateMachine',
  ],
  'process-order': [
    'AccountingQueueUrl',
    'AuthorisePaymentFunction',
    'CapturePaymentFunction',
    'CompleteOrderFunction',
    'CustomerTopic',
    'OrdersBus',
    'OrdersTable',
    'PickShipmentActivity',
    'ReserveStockFunction',
    'SignOffStateMachine',
    'UndoOrderStateMachine',
  ],
  recover: ['CloseApprovalFunction', 'DecideApprovalFunction', 'FindOpenOrdersFunction', 'RepairOrderFunction'],
  'refund-order': [
    'AccountingQueueUrl',
    'CloseApprovalFunction',
    'CloseRefundFunction',
    'CustomerTopic',
    'OrdersBus',
    'PrepareRefundFunction',
    'RefundPaymentFunction',
    'SignOffExecutions',
    'SignOffStateMachine',
  ],
  'sign-off': ['CloseApprovalFunction', 'OpenApprovalFunction', 'RequestApprovalFunction', 'TellApproversFunction'],
  'undo-order': [
    'CloseApprovalFunction',
    'CustomerTopic',
    'OrdersBus',
    'OrdersTable',
    'ProcessOrderExecutions',
    'ReleaseStockFunction',
    'SignOffExecutions',
    'TellApproversFunction',
    'VoidPaymentFunction',
    'WarehouseQueueUrl',
  ],
};

/** Strings of a definition, wherever they are. */
function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe.each(MACHINES)('%s', (machine) => {
  const states = statesOf(definition(machine));

  test('is valid ASL', () => {
    // The linter wants an ARN where an activity's placeholder stands.
    const text = definitionText(machine).replace(
      /\$\{(\w+Activity)\}/g,
      'arn:aws:states:eu-central-1:123456789012:activity:$1',
    );
    const result = validator(JSON.parse(text));
    expect(result.isValid ? '' : result.errorsText()).toBe('');
  });

  test('has only expressions that JSONata 2.0.6 parses', () => {
    const expressions = strings(definition(machine)).filter((text) => text.startsWith('{%'));
    expect(expressions.length).toBeGreaterThan(0);
    for (const text of expressions) {
      expect(text.endsWith('%}')).toBe(true);
      expect(() => jsonata206(text.slice(2, -2))).not.toThrow();
    }
  });

  test('keeps no time without milliseconds, which AWS leaves out at the beginning of a second', () => {
    const withMilliseconds = /\$fromMillis\(\$toMillis\([^()]+\)\)/g;
    // A count of retries makes it an id, which nobody compares as a time.
    const kept = strings(definition(machine)).filter((text) => !text.includes('RetryCount'));
    const raw = kept.filter((text) => /EnteredTime|StartTime|RedriveTime/.test(text.replaceAll(withMilliseconds, '')));
    expect(raw).toEqual([]);
  });

  test('names exactly the placeholders that its substitutions fill, none of them inside an expression', () => {
    const named = [...definitionText(machine).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual(SUBSTITUTIONS[machine]);
    expect(strings(definition(machine)).filter((text) => text.startsWith('{%') && text.includes('${'))).toEqual([]);
  });

  test('gives every state a name of its own, since coverage and history go by name', () => {
    const names = states.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('retries every function on what may pass', () => {
    for (const [name, state] of states) {
      if (!state.Resource?.includes('lambda:invoke')) continue;
      const retried = (state.Retry ?? []).filter(({ MaxAttempts }) => MaxAttempts !== 0).flatMap((r) => r.ErrorEquals);
      const covers = retried.includes('States.ALL') || retried.includes('Lambda.TooManyRequestsException');
      expect([name, covers]).toEqual([name, true]);
    }
  });

  test('ends Choices with a question mark and nothing else', () => {
    for (const [name, { Type }] of states) expect([name, name.endsWith('?')]).toEqual([name, Type === 'Choice']);
  });

  test('never waits for a person or a job for ever without saying so', () => {
    for (const [name, state] of states) {
      if (state.Type !== 'Task' || name === 'Sign off') continue;
      expect([name, 'TimeoutSeconds' in state]).toEqual([name, true]);
    }
  });
});
