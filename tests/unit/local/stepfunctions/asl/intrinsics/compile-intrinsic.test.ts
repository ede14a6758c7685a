import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExpressionError, ExpressionSyntaxError } from '../../../../../../local/stepfunctions/asl/expression.ts';
import { compileIntrinsic } from '../../../../../../local/stepfunctions/asl/intrinsics/compile-intrinsic.ts';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import { scopeWith, thrownBy } from '../expression-scope.ts';

const INPUT = {
  word: 'hi',
  list: [3, 1, 3, { a: 1 }],
  nothing: null,
  object: { a: 1, b: [] },
  text: 'a'.repeat(10_001),
};

const evaluate = (call: string, input: Json = INPUT): Json => compileIntrinsic(call).evaluate(scopeWith(input));

test.each([
  'States.Upper($.word)',
  'States.Format',
  'States.Format(',
  "States.Format('open)",
  "States.Format('a' 'b')",
  "States.Format('a',)",
  'States.Format("double")',
  String.raw`States.Format('bad \" escape')`,
  String.raw`States.Format('bad \n escape')`,
  'States.UUID() and more',
  'States.Array(1, two)',
  'States.Array($.list[)',
  'States.Array(States.Nothing())',
])('%p is no call of an intrinsic function', (call) => {
  expect(() => compileIntrinsic(call)).toThrow(ExpressionSyntaxError);
});

test.each([
  [
    "States.Format('{} {}', 1)",
    'Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.',
  ],
  ["States.Format('{', 1)", "Invalid template in States.Format: matching '}' not found for '{'."],
  ['States.Format($.list)', 'Invalid arguments in States.Format'],
  ['States.MathAdd(1)', 'Invalid arguments in States.MathAdd'],
  ['States.MathAdd(1, 2, 3)', 'Invalid arguments in States.MathAdd'],
  ["States.MathAdd(1, '2')", 'Invalid arguments in States.MathAdd'],
  ['States.MathAdd(2147483647, 1)', 'Invalid arguments in States.MathAdd'],
  ['States.MathRandom(5, 5)', 'Invalid arguments in States.MathRandom'],
  ['States.MathRandom(1.4, 1.6)', 'Invalid arguments in States.MathRandom'],
  ['States.StringToJson($.word)', 'Invalid arguments in States.StringToJson'],
  ['States.ArrayPartition($.list, 0.6)', 'Invalid arguments in States.ArrayPartition'],
  ['States.ArrayRange(1, 5, 0)', 'Invalid arguments in States.ArrayRange'],
  ['States.ArrayRange(1, 1001, 1)', 'Invalid arguments in States.ArrayRange'],
  ['States.ArrayGetItem($.list, 4)', 'Invalid arguments in States.ArrayGetItem'],
  ['States.ArrayGetItem($.list, -1)', 'Invalid arguments in States.ArrayGetItem'],
  ['States.ArrayLength($.word)', 'Invalid arguments in States.ArrayLength'],
  ['States.Base64Encode($.text)', 'Invalid arguments in States.Base64Encode'],
  ["States.Hash($.word, 'sha-256')", 'Invalid arguments in States.Hash'],
  ['States.JsonMerge($.object, $.object, true)', 'Invalid arguments in States.JsonMerge'],
  ['States.JsonMerge($.object, $.list, false)', 'Invalid arguments in States.JsonMerge'],
  ["States.StringSplit($.list, ',')", 'Invalid arguments in States.StringSplit'],
])('%p fails', (call, message) => {
  const error = thrownBy(() => evaluate(call)) as ExpressionError;
  expect(error.error).toBe('States.Runtime');
  expect(error.message).toBe(`The function '${call}' had the following error: ${message}`);
});

test('a missing path is reported with the whole expression', () => {
  const call = "States.Format('{}', States.MathAdd($.nope, 1))";
  expect(() => evaluate(call, { a: 1 })).toThrow(
    `The function '${call}' had the following error: The JsonPath argument for the field '$.nope' could not be found in the input '{"a":1}'`,
  );
});

test.each<[string, Json]>([
  ["States.Format('Say {}!', $.word)", 'Say hi!'],
  ["States.Format('{}{}', 1, true)", '1true'],
  [String.raw`States.Format('It\'s \{{}\} \\', $.word)`, String.raw`It's {hi} \ `.trimEnd()],
  ["States.Format('{} {}', $.object, $.nothing)", '{a=1, b=[]} null'],
  ["States.Format('{}', $.list)", '[3, 1, 3, {a=1}]'],
  ["States.Format('{} {}', 0.00001, 1.5)", '1.0E-5 1.5'],
  ['States.Array()', []],
  ["States.Array( 1 , 'a, b' ,null, $.word)", [1, 'a, b', null, 'hi']],
  [
    'States.ArrayPartition($.list, 2.9)',
    [
      [3, 1],
      [3, { a: 1 }],
    ],
  ],
  ['States.ArrayContains($.list, States.StringToJson(\'\\{"a": 1\\}\'))', true],
  ["States.ArrayContains($.list, '3')", false],
  ['States.ArrayRange(1, 9, 2)', [1, 3, 5, 7, 9]],
  ['States.ArrayRange(5, 1, -2)', [5, 3, 1]],
  ['States.ArrayRange(5, 1, 1)', []],
  ['States.ArrayRange(1.6, 1.4, 1)', [1]],
  ['States.ArrayGetItem($.list, 1.9)', 1],
  ['States.ArrayGetItem(States.Array(), 3)', null],
  ['States.ArrayGetItem(States.Array(null), 0)', null],
  ['States.ArrayLength($.list)', 4],
  ['States.ArrayUnique($.list)', [3, 1, { a: 1 }]],
  ["States.Base64Encode('Grüße')", 'R3LDvMOfZQ=='],
  ["States.Base64Decode('R3LDvMOfZQ==')", 'Grüße'],
  ["States.Hash('', 'MD5')", 'd41d8cd98f00b204e9800998ecf8427e'],
  ['States.JsonMerge($.object, States.StringToJson(\'\\{"b":2,"c":3\\}\'), false)', { a: 1, b: 2, c: 3 }],
  ['States.MathAdd(1.5, -2.5)', 0],
  ["States.StringSplit('a.b,,c', '.,')", ['a', 'b', 'c']],
  ["States.StringSplit('', ',')", []],
  ['States.JsonToString($.object)', '{"a":1,"b":[]}'],
])('%p yields its value', (call, value) => {
  expect(evaluate(call)).toEqual(value);
});

test('chance comes from the entropy of the event', () => {
  expect(evaluate('States.UUID()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(evaluate('States.UUID()')).toBe(evaluate('States.UUID()'));
  expect(evaluate('States.MathRandom(1, 1000)')).toBe(evaluate('States.MathRandom(1, 1000)'));
  expect(evaluate('States.MathRandom(1, 1000000, 7)')).not.toBe(evaluate('States.MathRandom(1, 1000000, 8)'));
});

test('a random number is in its range', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer(),
      (start, size, seed) => {
        const value = evaluate(`States.MathRandom(${start}, ${start + size}, ${seed})`);
        expect(value).toBeGreaterThanOrEqual(start);
        expect(value).toBeLessThan(start + size);
      },
    ),
  );
});

test('Base64 and JSON round trips', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      fc.pre(text.length < 5000);
      const input = { value: value as Json };
      const expected = JSON.parse(text);
      expect(evaluate('States.StringToJson(States.JsonToString($.value))', input)).toEqual(expected);
      expect(evaluate('States.Base64Decode(States.Base64Encode(States.JsonToString($.value)))', input)).toBe(
        Buffer.from(text, 'utf8').toString('utf8'),
      );
    }),
  );
});

test('partitions put together are the array', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (items, size) => {
      const parts = evaluate('States.ArrayPartition($.items, $.size)', { items, size }) as number[][];
      expect(parts.flat()).toEqual(items);
      expect(parts.every((part, i) => part.length === size || i === parts.length - 1)).toBe(true);
    }),
  );
});
