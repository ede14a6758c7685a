import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../../../local/stepfunctions/asl/json.ts';
import { library } from '../../../../../../local/stepfunctions/asl/jsonata/library.ts';
import { compileShortcut, UNSURE } from '../../../../../../local/stepfunctions/asl/jsonata/shortcut.ts';
import { toJson } from '../../../../../../local/stepfunctions/asl/jsonata/to-json.ts';
import { scopeWith } from '../expression-scope.ts';

// What the short cut answers has to be what the library answers; where it is not sure, the library is asked.

const leaf = fc.constantFrom(
  ...['1', '2.5', '0', '"a"', '"b"', '""', 'true', 'false', 'null', '$states.input', '$states.context.State.Name'],
  ...[
    '$states.input.a',
    '$states.input.b',
    '$states.input.a.b',
    '$states.input.a.b.c',
    '$v',
    '$v.a',
    '$w',
    '$states.result.a',
  ],
  ...['$states.input.`toString`', '$states.input.a[0]', '$count($states.input.a)'],
);

const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(
        tie('any'),
        fc.constantFrom('+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', 'and', 'or', '&', 'in'),
        tie('any'),
      )
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([test, yes, no]) => `((${test}) ? (${yes}) : (${no}))`),
    fc.tuple(fc.constantFrom('exists', 'count', 'not'), tie('any')).map(([name, value]) => `$${name}(${value})`),
    fc.tuple(tie('any'), tie('any')).map(([first, second]) => `[${first}, ${second}]`),
    fc.tuple(tie('any'), tie('any')).map(([first, second]) => `{"x": ${first}, "y": (${second})}`),
  ),
})).any;

const document = fc
  .jsonValue({ maxDepth: 2 })
  .chain((other) =>
    fc.record(
      { a: fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.record({ b: fc.jsonValue() })), b: fc.constant(other) },
      { requiredKeys: [] },
    ),
  );

test('the short cut and the library agree', () => {
  let answered = 0;
  fc.assert(
    fc.property(expression, document, fc.jsonValue({ maxDepth: 2 }), (text, input, v) => {
      const parsed = library(text);
      const shortcut = compileShortcut(parsed.ast());
      if (shortcut === undefined) return;
      const scope = scopeWith(input as Json, { variables: { v } as JsonObject, result: input as Json });
      const answer = shortcut(scope);
      if (answer === UNSURE) return;
      answered++;
      const { context, result } = scope;
      expect(toJson(answer)).toEqual(toJson(parsed.evaluate(undefined, { v, states: { input, context, result } })));
    }),
    { numRuns: 4000 },
  );
  expect(answered).toBeGreaterThan(500);
});

test.each([
  '$f()',
  '$states.input.a[]',
  '$states.input.a[0]',
  '($a := 1)',
  '(1; 2)',
  'a',
  '$',
  '$$',
  '$states',
  '$count()',
  '$sum([1])',
  '$states.input in [$states.input]',
  '[1..2]',
  '-$a',
])('%p is left to the library', (text) => {
  expect(compileShortcut(library(text).ast())?.(scopeWith({ a: 1 })) ?? UNSURE).toBe(UNSURE);
});
