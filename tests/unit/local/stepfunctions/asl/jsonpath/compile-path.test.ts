import { expect, test } from '@jest/globals';
import { ExpressionSyntaxError, PathNotFoundError } from '../../../../../../local/stepfunctions/asl/expression.ts';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import { compilePath } from '../../../../../../local/stepfunctions/asl/jsonpath/compile-path.ts';
import { scopeWith, thrownBy } from '../expression-scope.ts';

const ORDER: Json = {
  id: 'o-1',
  total: 120,
  note: null,
  lines: [
    { sku: 'apple', quantity: 2, price: 10, tags: ['fruit', 'red'] },
    { sku: 'pear', quantity: 5, price: 20, gift: true },
    { sku: 'book', quantity: 1, price: 30, tags: [], author: { sku: 'nobody' } },
  ],
  address: { city: 'Köln', 'post code': '50667', 'street-name': 'Am Hof' },
};

const evaluate = (path: string, input: Json = ORDER): Json => compilePath(path).evaluate(scopeWith(input));

test.each([
  ['', 0],
  ['id', 0],
  ['$id.', 4],
  ['$.', 2],
  ['$..', 3],
  ['$.lines[', 8],
  ['$.lines[1', 9],
  ['$.lines[a]', 8],
  ["$['id", 2],
  ['$.id extra', 4],
  ['$.lines[?(@.price >)]', 19],
  ['$.lines[?(@.sku =~ /(/)]', 19],
  ['$.lines[?($$.x == 1)]', 10],
  ['$.total.round()', 8],
])('the path %p does not parse', (path, position) => {
  const error = thrownBy(() => compilePath(path));
  expect(error).toBeInstanceOf(ExpressionSyntaxError);
  expect(error).toMatchObject({ expression: path, position });
});

test.each([
  ['$.customer', "No results for path: $['customer']"],
  ['$.customer.name', "Missing property in path $['customer']"],
  ['$.address.country', "No results for path: $['address']['country']"],
  ['$.address.country.code', "Missing property in path $['address']['country']"],
  ['$.lines[7]', "No results for path: $['lines'][7]"],
  ['$.lines[-4]', "No results for path: $['lines'][-4]"],
  ['$.lines[7].sku', "No results for path: $['lines'][7]['sku']"],
  ['$.lines[0].author', "No results for path: $['lines'][0]['author']"],
  ['$.total[0]', 'Filter: [0] can only be applied to arrays. Current context is: 120'],
  ['$.constructor', "No results for path: $['constructor']"],
  ['$.__proto__', "No results for path: $['__proto__']"],
  ['$.lines.length', "Expected to find an object with property ['length'] in path $['lines'] but found"],
])('the definite path %p leads nowhere', (path, reason) => {
  const error = thrownBy(() => evaluate(path)) as PathNotFoundError;
  expect(error).toBeInstanceOf(PathNotFoundError);
  expect(error.error).toBe('States.Runtime');
  expect(error.causeIn('InputPath')).toContain(`Invalid path '${path}' : ${reason}`);
});

test('the cause of a path that leads nowhere depends on the field', () => {
  const error = thrownBy(() => evaluate('$.b', { a: 1 })) as PathNotFoundError;
  expect(error.causeIn('OutputPath')).toBe("Invalid path '$.b' : No results for path: $['b']");
  expect(error.causeIn('CausePath')).toBe(
    `The JSONPath '$.b' specified for the field 'CausePath' could not be found in the input '{"a":1}'`,
  );
  expect(error.at(['c', 'b.$']).causeIn('Parameters')).toBe(
    `The JSONPath '$.b' specified for the field 'b.$' could not be found in the input '{"a":1}'`,
  );
});

test.each<[string, Json]>([
  ['$', ORDER],
  ['$.id', 'o-1'],
  ['$.note', null],
  ["$['id']", 'o-1'],
  ['$["address"]["post code"]', '50667'],
  ['$.address.street-name', 'Am Hof'],
  ["$.['id']", 'o-1'],
  ['$.lines[0].sku', 'apple'],
  ['$.lines[-1].sku', 'book'],
  ['$.lines[ 1 ].gift', true],
  ["$.address['city','street-name']", { city: 'Köln', 'street-name': 'Am Hof' }],
  ['$.lines.length()', 3],
  ['$.lines[0].tags.last()', 'red'],
  ['$.address.keys()', ['city', 'post code', 'street-name']],
])('the definite path %p yields its value', (path, value) => {
  expect(evaluate(path)).toEqual(value);
});

test.each<[string, Json]>([
  ['$.lines[*].sku', ['apple', 'pear', 'book']],
  ['$.lines.*.sku', ['apple', 'pear', 'book']],
  ['$.address[*]', ['Köln', '50667', 'Am Hof']],
  ['$.lines[1:].sku', ['pear', 'book']],
  ['$.lines[:1].sku', ['apple']],
  ['$.lines[-2:].sku', ['pear', 'book']],
  ['$.lines[:-1].sku', ['apple', 'pear']],
  ['$.lines[0,2].sku', ['apple', 'book']],
  ['$.lines[0,9].sku', ['apple']],
  [
    "$.lines[*]['sku','quantity']",
    [
      { sku: 'apple', quantity: 2 },
      { sku: 'pear', quantity: 5 },
      { sku: 'book', quantity: 1 },
    ],
  ],
  ['$..sku', ['apple', 'pear', 'book', 'nobody']],
  ['$..tags[0]', ['fruit']],
  ['$.lines[*].author.sku', ['nobody']],
  ['$.missing[*]', []],
  ['$.missing.further[1:]', []],
  ['$.id[*]', []],
  ['$.total[0:1]', []],
  ['$..missing', []],
])('the indefinite path %p yields a list', (path, values) => {
  expect(evaluate(path)).toEqual(values);
});

test.each<[string, string[]]>([
  ['@.price == 20', ['pear']],
  ["@.sku == 'book'", ['book']],
  ['@.sku != "book"', ['apple', 'pear']],
  ['@.price > 10 && @.quantity < 5', ['book']],
  ['@.price < 20 || @.quantity > 4', ['apple', 'pear']],
  ['(@.price < 20 || @.price > 20) && @.tags', ['apple', 'book']],
  ['@.gift', ['pear']],
  ['!@.gift', ['apple', 'book']],
  ['!(@.gift)', ['apple', 'book']],
  ['@.gift != true', ['apple', 'book']],
  ["@.sku in ['apple', 'book']", ['apple', 'book']],
  ["@.sku nin ['apple']", ['pear', 'book']],
  ['@.sku =~ /P.*/i', ['pear']],
  ['@.sku =~ /p/', []],
  ["@.tags contains 'red'", ['apple']],
  ["@.sku contains 'oo'", ['book']],
  ['@.tags size 2', ['apple']],
  ['@.tags empty true', ['book']],
  ["@.tags anyof ['red', 'blue']", ['apple']],
  ["@.tags subsetof ['red', 'fruit', 'blue']", ['apple', 'book']],
  ["@.tags noneof ['red']", ['book']],
  ['@.price == $.lines[2].price', ['book']],
  ["@.author.sku == 'nobody'", ['book']],
  ["@.price > '10'", []],
])('the filter %p selects', (filter, skus) => {
  expect(evaluate(`$.lines[?(${filter})].sku`)).toEqual(skus);
});

test('a deep scan with a filter finds each object once', () => {
  expect(evaluate("$..[?(@.sku == 'nobody')]")).toEqual([{ sku: 'nobody' }]);
});

test.each(['$..a..a..a..a', '$..a..a..a..nope', '$[?(@..a..a..a..nope)]'])(
  '%s, which would search for ages, is stopped',
  (path) => {
    const nested = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as Json;
    expect(() => evaluate(path, nested)).toThrow(`Invalid path '${path}' : The path leads to too much`);
  },
);

const nest = (depth: number, leaf: Json): Json =>
  JSON.parse('{"a":'.repeat(depth) + JSON.stringify(leaf) + '}'.repeat(depth)) as Json;
const numbered = Array.from({ length: 10_000 }, (_, i) => i);

test.each<[string, string, Json]>([
  ['a wide list below several deep scans', '$..a..a..a..nope', nest(25, Array(100_000).fill(0))],
  ['a wide list below deep scans and a filter', '$..a..a..a..[?(@.nope)]', nest(25, Array(100_000).fill(0))],
  ['many items, each searched by a filter', '$[?(@..nope)]', Array(1_000).fill({ numbered })],
  ['a filter that searches the document for each item', '$.l[?($..nope)]', { l: numbered }],
  ['a filter that seeks each item in a long list', '$.l[?(@ in $.l)]', { l: numbered }],
  ['a filter that compares long lists', '$.l[?($.x == $.y)]', { l: numbered, x: numbered, y: [...numbered] }],
  ['a filter that adds up a long list', '$.l[?($.l.sum() > 0)]', { l: numbered }],
  ['a filter that counts many keys', '$.l[?($.o.length() > 0)]', { l: numbered, o: { ...numbered } }],
])('%s is stopped', (_, path, input) => {
  expect(() => evaluate(path, input)).toThrow(
    expect.objectContaining({
      error: 'States.Runtime',
      message: expect.stringContaining('The path leads to too much'),
    }),
  );
});

test('a filter may seek each of 2,000 items in a list of 1,000', () => {
  expect(evaluate('$.l[?(@ in $.m)]', { l: numbered.slice(0, 2_000), m: numbered.slice(1_999, 2_999) })).toEqual([
    1_999,
  ]);
});

test('a filter whose regular expression never ends is stopped', () => {
  expect(() => evaluate('$[?(@.t =~ /(a+)+b/)]', [{ t: 'a'.repeat(50) }])).toThrow('takes too long');
});

test('$$ reads the context object and $name a variable', () => {
  const scope = scopeWith({}, { variables: { order: { id: 'o-7' }, items: [1, 2] } });
  expect(compilePath('$$.State.Name').evaluate(scope)).toBe('Price order');
  expect(compilePath('$order.id').evaluate(scope)).toBe('o-7');
  expect(compilePath('$items[1:]').evaluate(scope)).toEqual([2]);
  expect(compilePath('$missing[*]').evaluate(scope)).toEqual([]);
  expect(() => compilePath('$missing').evaluate(scope)).toThrow("No results for path: $['missing']");
});

test('a path knows which variable it reads', () => {
  expect(compilePath('$order.lines[0]').variables).toEqual(['order']);
  expect(compilePath('$$.Execution.Id').variables).toEqual([]);
  expect(compilePath('States.Array($b, States.MathAdd($a.x, $b))').variables).toEqual(['a', 'b']);
});
