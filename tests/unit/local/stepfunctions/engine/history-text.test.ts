import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addEvent,
  append,
  eventsOf,
  type History,
  type HistoryEvent,
  NOT_TRUNCATED,
  newHistory,
} from '../../../../../local/stepfunctions/asl/history.ts';
import type { JsonObject } from '../../../../../local/stepfunctions/asl/json.ts';
import { historyToText, textToHistory } from '../../../../../local/stepfunctions/engine/store/history-text.ts';

const text = fc.oneof(
  fc.constantFrom('{"a":"some input that is long enough"}', '0', '', '{"b":"another one, which is long as well"}'),
  fc.string(),
  fc.string({ unit: 'binary', minLength: 20, maxLength: 60 }),
  // Half a character, which cannot be encoded.
  fc.constant('"\ud800"'),
);

const data = fc.record(
  { name: fc.string(), input: text, output: text, parameters: text, index: fc.nat(), timeoutInSeconds: fc.nat() },
  { requiredKeys: [] },
);

const type = fc.constantFrom(
  'PassStateEntered',
  'TaskStateExited',
  'LambdaFunctionScheduled',
  'LambdaFunctionSucceeded',
  'MapIterationStarted',
  'ExecutionAborted',
  'MapRunSucceeded',
);

type Entry = [type: string, previous: number, at: number, details?: JsonObject | string, data?: string | number];

/** Types with a shape. */
const shaped = fc.oneof(
  fc.tuple(fc.constantFrom('MapIterationStarted', 'MapIterationSucceeded'), fc.string(), fc.nat()),
  fc.tuple(fc.constantFrom('PassStateEntered', 'FailStateEntered', 'TaskStateExited'), fc.string(), text),
  fc.tuple(fc.constantFrom('LambdaFunctionSucceeded', 'ExecutionSucceeded'), fc.constant(''), text),
);

const at = fc.oneof(fc.constant(1_767_225_600_000), fc.nat({ max: 1e13 }));

/** As the core makes them, and otherwise. */
const entry = fc.oneof(
  fc.tuple(shaped, fc.nat({ max: 50 }), at).map(([[name, details, value], previous, time]): Entry => {
    return [name, previous, time, details, value];
  }),
  fc
    .tuple(type, fc.nat({ max: 50 }), at, fc.option(data), fc.nat({ max: 9 }))
    .map(([name, previous, time, details, oddity]): Entry => {
      const full = details && {
        ...details,
        ...(details.input !== undefined && oddity !== 1 && { inputDetails: NOT_TRUNCATED }),
        ...(details.output !== undefined && { outputDetails: oddity === 2 ? { truncated: true } : NOT_TRUNCATED }),
        ...(oddity === 3 && { inputDetails: NOT_TRUNCATED }),
        ...(oddity === 4 && { input: 0, inputDetails: NOT_TRUNCATED }),
        ...(oddity === 5 && { otherDetails: NOT_TRUNCATED }),
      };
      return [name, previous, time, full ?? undefined];
    }),
);

const history = (first: number) =>
  fc.array(entry, { maxLength: 12 }).map((entries) => {
    const made = newHistory();
    for (const [index, [name, previous, time, details, value]] of entries.entries())
      addEvent(made, time, first + index, name, previous, details, value);
    return made;
  });

const plain = (...histories: History[]) =>
  JSON.parse(JSON.stringify(histories.flatMap((each) => eventsOf(each)))) as HistoryEvent[];

test('what was written is read again, also from joined texts', () => {
  fc.assert(
    fc.property(history(1), history(40), (one, other) => {
      const text = Buffer.from(historyToText(one) + historyToText(other)).toString();
      expect(textToHistory(text)).toEqual(plain(one, other));
    }),
    { numRuns: 500 },
  );
});

test('histories that follow each other can be one', () => {
  fc.assert(
    fc.property(history(1), (one) => {
      const ids = eventsOf(one).length;
      fc.assert(
        fc.property(history(ids + 1), (other) => {
          const apart = plain(one, other);
          const joined = structuredClone(one);
          append(joined, other);
          expect(plain(joined)).toEqual(apart);
        }),
        { numRuns: 5 },
      );
    }),
    { numRuns: 50 },
  );
});

test('some of the events are read', () => {
  const made = newHistory();
  for (let id = 5; id < 15; id++) addEvent(made, id, id, 'PassStateEntered', id - 1, 'A', '{}');
  expect(eventsOf(made, 7, 9)).toEqual([
    expect.objectContaining({ id: 7, previousEventId: 6, timestamp: 7 }),
    expect.objectContaining({ id: 8, previousEventId: 7, timestamp: 8 }),
  ]);
});

test('repeated input takes no room', () => {
  const input = `"${'x'.repeat(1000)}"`;
  const made = newHistory();
  for (let id = 1; id <= 20; id++)
    addEvent(made, 1_767_225_600_000, id, id % 2 ? 'PassStateEntered' : 'PassStateExited', id - 1, 'A', input);
  expect(historyToText(made).length).toBeLessThan(1400);
});

test('what is no history, or no whole one, is not taken for one', () => {
  const made = newHistory();
  addEvent(made, 5, 1, 'PassStateEntered', 0, 'A', '{"a":1}');
  addEvent(made, 5, 2, 'PassStateExited', 1, 'A', '{"b":22}');
  const whole = historyToText(made);
  expect(textToHistory(whole)).toHaveLength(2);
  const parts = Array.from({ length: whole.length - 1 }, (_, index) => whole.slice(0, index + 1));
  for (const text of ['["PassState', ...parts, whole.replace(',7,', ',8,'), whole.replace(',7,', ',-70,')])
    expect(() => textToHistory(text)).toThrow(SyntaxError);
  expect(textToHistory('')).toEqual([]);
});
