import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type HistoryEvent, historyEvent, NOT_TRUNCATED } from '../../../../../local/stepfunctions/asl/history.ts';
import { historyToText, textToHistory } from '../../../../../local/stepfunctions/engine/store/history-text.ts';

const text = fc.oneof(
  fc.constantFrom('{"a":"some input that is long enough"}', '0', '', '{"b":"another one, which is long as well"}'),
  fc.string(),
  fc.string({ unit: 'binary', minLength: 20, maxLength: 60 }),
);

const data = fc.record(
  { name: fc.string(), input: text, output: text, parameters: text, index: fc.nat(), timeoutInSeconds: fc.nat() },
  { requiredKeys: [] },
);

const type = fc.constantFrom(
  'PassStateEntered',
  'TaskStateExited',
  'LambdaFunctionScheduled',
  'ExecutionAborted',
  'MapRunSucceeded',
);

/** As the core makes them, and otherwise. */
const event = fc
  .tuple(type, fc.nat({ max: 50 }), fc.nat({ max: 1e13 }), fc.option(data), fc.nat({ max: 9 }))
  .map(([name, previous, at, details, oddity]): Omit<HistoryEvent, 'id'> => {
    const full = details && {
      ...details,
      ...(details.input !== undefined && oddity !== 1 && { inputDetails: NOT_TRUNCATED }),
      ...(details.output !== undefined && { outputDetails: oddity === 2 ? { truncated: true } : NOT_TRUNCATED }),
      ...(oddity === 3 && { inputDetails: NOT_TRUNCATED }),
      ...(oddity === 4 && { input: 0, inputDetails: NOT_TRUNCATED }),
      ...(oddity === 5 && { otherDetails: NOT_TRUNCATED }),
    };
    const made = historyEvent(0, previous, name, at, full ?? undefined);
    return oddity === 6 ? { ...made, moreEventDetails: { x: 1 } } : made;
  });

const history = (first: number) =>
  fc
    .array(event, { maxLength: 12 })
    .map((events) => events.map((made, index): HistoryEvent => ({ ...made, id: first + index }) as HistoryEvent));

test('what was written is read again, also from joined texts', () => {
  fc.assert(
    fc.property(history(1), history(40), (one, other) => {
      const plain = JSON.parse(JSON.stringify([...one, ...other])) as HistoryEvent[];
      expect(textToHistory(historyToText(one) + historyToText(other))).toEqual(plain);
    }),
    { numRuns: 500 },
  );
});

test('repeated input takes no room', () => {
  const input = `"${'x'.repeat(1000)}"`;
  const events = Array.from({ length: 20 }, (_, index) =>
    historyEvent(index + 1, index, index % 2 ? 'PassStateExited' : 'PassStateEntered', 1_767_225_600_000, {
      name: 'A',
      ...(index % 2 ? { output: input, outputDetails: NOT_TRUNCATED } : { input, inputDetails: NOT_TRUNCATED }),
    }),
  );
  expect(historyToText(events).length).toBeLessThan(2200);
});

test('what is no history is not taken for one', () => {
  expect(() => textToHistory('["PassState')).toThrow(SyntaxError);
  expect(textToHistory('')).toEqual([]);
});
