import { expect, test } from '@jest/globals';
import {
  ExpressionSyntaxError,
  type QueryEvaluationError,
} from '../../../../../../local/stepfunctions/asl/expression.ts';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import { compileJsonata } from '../../../../../../local/stepfunctions/asl/jsonata/compile-jsonata.ts';
import { scopeWith, thrownBy } from '../expression-scope.ts';

const INPUT = { list: [1, 2, 3], word: 'abc', object: { a: 1 }, one: [7], none: [], nothing: null };

const evaluate = (text: string): Json =>
  compileJsonata(text).evaluate(scopeWith(INPUT, { variables: { limit: 2, items: [{ a: 1 }, { a: 2 }] } }));

test.each([
  ['$states.input.a ?: 1', 'INVALID_JSONATA_EXPRESSION', 'The symbol ":" cannot be used as a unary operator'],
  ['$states.input.a ?? 1', 'INVALID_JSONATA_EXPRESSION', 'The symbol "?" cannot be used as a unary operator'],
  ['$sum(', 'INVALID_JSONATA_EXPRESSION', 'Expected ")" before end of expression'],
  ['', 'INVALID_JSONATA_EXPRESSION', 'Unexpected end of expression'],
  ['name', 'UNSUPPORTED_JSONATA_EXPRESSION', "Reference to 'name' at the top level is not supported."],
  ['name.first & "!"', 'UNSUPPORTED_JSONATA_EXPRESSION', "Reference to 'name' at the top level is not supported."],
  [
    '$map($states.input.list, function($x) { y })',
    'UNSUPPORTED_JSONATA_EXPRESSION',
    "Reference to 'y' at the top level is not supported.",
  ],
  ['{name: 1}', 'UNSUPPORTED_JSONATA_EXPRESSION', "Reference to 'name' at the top level is not supported."],
  ['$', 'UNSUPPORTED_JSONATA_EXPRESSION', "Reference to '$' at the top level is not supported."],
  ['$$.a', 'UNSUPPORTED_JSONATA_EXPRESSION', "Reference to '$$' is not supported."],
])('%p is refused', (text, code, message) => {
  const error = thrownBy(() => compileJsonata(text));
  expect(error).toBeInstanceOf(ExpressionSyntaxError);
  expect(error).toMatchObject({ code, message, expression: text });
});

test.each([
  ['$nope', 'returned nothing (undefined).'],
  ['$states.input.nope.further', 'returned nothing (undefined).'],
  ['$states.result', 'returned nothing (undefined).'],
  ['$partition([], 2)', 'returned nothing (undefined).'],
  ['$partition([1], 0)', 'returned nothing (undefined).'],
  ['$range(1, 5)', 'returned nothing (undefined).'],
  ['$range(5, 1, 1)', 'returned nothing (undefined).'],
  ['$hash("a")', 'returned nothing (undefined).'],
  ['$parse()', 'returned nothing (undefined).'],
  ['$eval("1")', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
  ['$nope(1)', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
  [
    '$sum(["a"])',
    'threw an error during evaluation. T0412: Argument 1 of function "sum" must be an array of "numbers"',
  ],
  [
    '$states.input.word + 1',
    'threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number',
  ],
  ['$parse("nope")', 'threw an error during evaluation. D3137: Invalid JSON'],
  ['$partition([1], -1)', 'threw an error during evaluation. D3137: Second argument must be zero or greater'],
  ['$sum', 'threw an error during evaluation: The result is a function'],
])('%p fails', (text, reason) => {
  const error = thrownBy(() => evaluate(text)) as QueryEvaluationError;
  expect(error.error).toBe('States.QueryEvaluationError');
  expect(error.causeIn('Output')).toBe(`The JSONata expression '${text}' specified for the field 'Output' ${reason}`);
});

test.each([
  ['($f := function($n) { $f($n) }; $f(1))', 'timeout'],
  ['($f := function($n) { 1 + $f($n) }; $f(1))', 'Stack overflow'],
  [Array(101).fill('1').join('+'), 'Stack overflow'],
  ['$contains($states.input.word & "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", /(a+)+!/)', 'timeout'],
  ['[1..1000000]', 'memory limit'],
  ['$range(1, 1000000, 1)', 'memory limit'],
  ['$pad("", 100000000)', 'memory limit'],
  ['($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d("a", 30))', 'memory limit'],
  ['$map([1..2000], function($x) { [1..2000] })', 'memory limit'],
])('%p is stopped', (text, reason) => {
  expect(() => evaluate(text)).toThrow(reason);
});

test.each<[string, Json]>([
  ['$states.input.list', [1, 2, 3]],
  ['$states.input.one', [7]],
  ['$states.input.none', []],
  ['$states.input.nothing', null],
  ['$states.input.list[0]', 1],
  ['$states.input.list[$ > 1]', [2, 3]],
  ['$states.input.list[$ > $limit]', 3],
  ['$items.a', [1, 2]],
  ['$items', [{ a: 1 }, { a: 2 }]],
  ['$states.context.State.Name', 'Price order'],
  ['{"a": $nope, "b": [$nope, 1], "c": $states.input.nothing}', { b: [1], c: null }],
  ['$exists($states.result)', false],
  ['$partition([1..5], 2.9)', [[1, 2], [3, 4], [5]]],
  ['$partition([1], 3)', [[1]]],
  ['$range(0, 9.9, 3)', [0, 3, 6, 9]],
  ['$range(3, 1, -1)', [3, 2, 1]],
  ['$range(1, 9, 9)', 1],
  ['$hash("", "MD5")', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['$parse("{\\"a\\": [1]}").a', [1]],
  ['$now()', '2026-11-22T12:00:00.000Z'],
  ['$millis()', 1795348800000],
  ['[1/0, 0/0]', ['Infinity', 'NaN']],
  ['-0', 0],
  ['$maxItems := 2', 2],
])('%p yields its value', (text, value) => {
  expect(evaluate(text)).toEqual(value);
});

test('a result has nothing of the library on it', () => {
  const result = evaluate('$states.input.list.($ * 2)') as Json[];
  expect(Object.getOwnPropertyNames(result)).toEqual(['0', '1', '2', 'length']);
  expect(Object.getPrototypeOf(evaluate('$merge([{"a": 1}])'))).toBe(Object.prototype);
});

test('$states.result and $states.errorOutput are there only if the scope has them', () => {
  const states = compileJsonata('$states');
  expect(Object.keys(states.evaluate(scopeWith({})) as object)).toEqual(['input', 'context']);
  expect(states.evaluate(scopeWith({}, { result: null }))).toMatchObject({ result: null });
  expect(compileJsonata('$states.errorOutput.Error').evaluate(scopeWith({}, { errorOutput: { Error: 'E' } }))).toBe(
    'E',
  );
});

test('only what an expression reads is taken from the scope', () => {
  const scope = {
    ...scopeWith({ list: [1] }),
    get context(): never {
      throw new Error('The context was made');
    },
  };
  expect(compileJsonata('$sum($states.input.list)').evaluate(scope)).toBe(1);
});

test('chance and the present come from the event', () => {
  for (const text of ['$random()', '$uuid()', '$shuffle([1..50])', '$random(5)']) {
    expect(evaluate(text)).toEqual(evaluate(text));
  }
  expect(evaluate('$random(1)')).not.toBe(evaluate('$random(2)'));
  expect(evaluate('$random(1.5)')).toBe(evaluate('$random(1)'));
  expect(evaluate('$uuid() != $uuid()')).toBe(true);
});

test.each<[string, string[], string[]]>([
  ['$a + $b.c', ['a', 'b'], []],
  ['$states.input.x & $states.context.State.Name', [], ['context', 'input']],
  ['$states', [], []],
  ['$sum($items)', ['items'], []],
  ['$map($items, $string)', ['items'], []],
  ['$map($items, $mapper)', ['items', 'mapper'], []],
  ['$nope(1)', [], []],
  ['($x := $y; $x + $z)', ['y', 'z'], []],
  ['(($x := 1); $x)', ['x'], []],
  ['$map($items, function($v, $i) { $v * $i + $rate })', ['items', 'rate'], []],
  ['$items[price > $limit].(price * $rate)', ['items', 'limit', 'rate'], []],
  ['$items@$i.lines#$n[$i.id = $n].{"a": $i, "b": $c}', ['c', 'items'], []],
  ['$items^(<$weight)', ['items', 'weight'], []],
  ['$items{id: $sum(price) * $vat}', ['items', 'vat'], []],
  ['$order ~> |lines|{"price": $price}, ["tags"]|', ['order', 'price'], []],
  ['$order ~> $f(?, $x)', ['order', 'x'], []],
  ['$states.input.lines[sku = $states.context.Execution.Id]', [], ['context', 'input']],
  ['$x ? $y : $z', ['x', 'y', 'z'], []],
  ['[1..$n]', ['n'], []],
  ['$partition($a, $size)', ['a', 'size'], []],
])('%p reads the variables %j', (text, variables, states) => {
  const expression = compileJsonata(text);
  expect(expression.variables).toEqual(variables);
  expect(expression.states).toEqual(states);
});
