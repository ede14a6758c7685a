import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import jsonata from 'jsonata';
import { library, withoutAsync } from '../../../../../../local/stepfunctions/asl/jsonata/library.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');

const INPUT = {
  account: {
    name: 'Firefly',
    orders: [
      {
        id: 'o-1',
        lines: [
          { sku: 'hat', price: 34.45, quantity: 2, tags: ['red'] },
          { sku: 'cloak', price: 107.99, quantity: 1 },
        ],
      },
      { id: 'o-2', lines: [{ sku: 'hat', price: 21.67, quantity: 1, tags: ['blue', 'small'] }] },
    ],
  },
  numbers: [5, 3, 8, 1, 3],
  nested: [
    [1, 2],
    [3, [4, 5]],
  ],
  words: 'The quick brown fox',
  empty: [],
  nothing: null,
  when: '2026-11-22T12:34:56.789Z',
};

/** Something of every kind of the language, and of every function. */
const EXPRESSIONS = String.raw`
account.orders.lines.sku
account.orders[0].lines[1].price
account.orders[-1].id
account.orders.lines[sku = "hat"].price
account.orders.lines[price > 30].(price * quantity)
account.orders.lines.tags
account.orders.lines[0]
(account.orders.lines)[0]
account.orders.lines[]
account.orders.lines.sku[]
account.missing
account.*
account.**.price
account.orders.lines^(>price).sku
account.orders.lines^(sku, <price).price
account.orders.lines{sku: $sum(price)}
account.orders{id: lines.sku}
account.orders@$o.lines@$l[$l.quantity = 1].{"order": $o.id, "sku": $l.sku}
account.orders#$i.{"position": $i, "id": id}
account.orders.lines.{"sku": sku, "order": %.id}
nested
nested[0]
nested.$sum($)
empty
nothing
numbers[[0..2]]
[1..5]
[1..5].($ * $)
[numbers, 9]
{"a": numbers, "b": missing, "c": nothing}
-numbers[0]
1 + 2 * 3 - 4 / 2 % 3
"a" & 1 & true & nothing & [1, 2]
1 = 1.0 and "a" != "b" or false
3 in numbers
5 > 3 and "b" >= "a"
1 < "a"
"a" + 1
nothing + 1
[1, 2] = [1, 2]
{"a": 1} = {"a": 1}
numbers ~> $sum()
numbers ~> $map(function($n) { $n * 2 }) ~> $filter(function($n) { $n > 6 })
numbers ? "yes" : "no"
empty ? "yes" : "no"
missing ? "yes"
($x := 5; $y := function($n) { $n + $x }; $y(2))
($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(12))
($f := function($n, $total) { $n = 0 ? $total : $f($n - 1, $total + $n) }; $f(1000, 0))
($twice := function($f) { function($x) { $f($f($x)) } }; $twice(function($x) { $x * 3 })(2))
($first := $substring(?, 0, 3); $first(words))
($double := $map(?, function($n) { $n * 2 }); $double(numbers))
($up := $trim ~> $uppercase; $up("  a "))
function($x)<n:n>{ $x }("a")
λ($x){ $x }(1)
account ~> |orders.lines|{"price": price * 2}, ["tags"]|
$sum(numbers) & "/" & $max(numbers) & "/" & $min(numbers) & "/" & $average(numbers)
$sum("a")
$count(account.orders.lines)
$append(numbers, [9])
$sort(numbers)
$sort(account.orders.lines, function($a, $b) { $a.price > $b.price })
$sort([3, "a"])
$reverse(numbers)
$distinct(numbers)
$zip(numbers, [1, 2])
$reduce(numbers, function($a, $b) { $a + $b }, 10)
$reduce(numbers, function($a) { $a })
$map(numbers, function($v, $i, $all) { $v * $i + $count($all) })
$filter(numbers, function($v, $i) { $i % 2 = 0 })
$single(numbers, function($v) { $v = 8 })
$single(numbers, function($v) { $v = 3 })
$each(account, function($v, $k) { $k })
$sift(account, function($v, $k) { $k = "name" })
$keys(account)
$lookup(account, "name")
$spread(account)
$merge([{"a": 1}, {"b": 2}])
$string(account.orders[0])
$string(1.5e300)
$length(words)
$substring(words, 4, 5)
$substringBefore(words, " ")
$substringAfter(words, "quick ")
$uppercase(words) & $lowercase(words)
$trim("  a  b ")
$pad("x", -5, "#")
$contains(words, "quick")
$contains(words, /QU/i)
$split(words, " ")
$split(words, /\s+/, 2)
$join(["a", "b"], "-")
$match(words, /(\w)o(\w)/)
$replace(words, /(\w+) (\w+)/, "$2 $1", 1)
$replace(words, /o/, function($m) { $uppercase($m.match) })
$replace(words, "o", "0")
$base64encode("abc") & $base64decode("YWJj")
$encodeUrlComponent("a b") & $decodeUrl("a%20b")
$number("12") + $number(true)
$number("x")
$abs(-1) + $floor(1.7) + $ceil(1.2) + $round(2.5) + $power(2, 3) + $sqrt(9)
$formatNumber(12345.678, "#,##0.00")
$formatBase(255, 16)
$formatInteger(1999, "I")
$parseInteger("MCMXCIX", "I")
$boolean([0]) or $not(1)
$exists(account.missing)
$type(numbers) & $type(nothing) & $type($sum)
$fromMillis(1763814896789)
$fromMillis(1763814896789, "[Y0001]-[M01]-[D01]", "+0100")
$toMillis(when)
$toMillis("22/11/2026", "[D]/[M]/[Y]")
$eval("1 + 1")
$eval("missing(")
$error("own")
$assert(false, "failed")
$undefined(1)
account.orders.$lookup($, "id")
1 / 0
[1..3] ~> $sort(function($l, $r) { $l < $r })
$$.account.name
$map([1..3], $string)
"it is " & $now()
$formatNumber(1, "x")
`
  .trim()
  .split('\n');

const outcome = (value: unknown): string => `value ${JSON.stringify(value)}`;
const failure = (error: unknown): string => `error ${(error as { code?: string }).code} ${(error as Error).message}`;

test.each(EXPRESSIONS.filter((text) => !text.includes('$now')))('%s is the same, sync and async', async (text) => {
  const original = await jsonata(text).evaluate(INPUT).then(outcome, failure);
  let ours: string;
  try {
    ours = outcome(library(text).evaluate(INPUT, {}));
  } catch (error) {
    ours = failure(error);
  }
  expect(ours).toBe(original);
});

test('a source that is not as expected is refused', () => {
  expect(() => withoutAsync('function f() {}')).toThrow('not as expected');
  expect(() => withoutAsync(source.replace('await msort(arr)', 'await otherSort(arr)'))).toThrow("'msort(arr)'");
  expect(() => withoutAsync(`${source}\nasync x => x;`)).not.toThrow();
  expect(() => withoutAsync(`${source}\nfor await(const x of y) {}`)).toThrow('not as expected');
  expect(() => withoutAsync(`${source}\nf().then(g);`)).toThrow('not as expected');
});

test('a long list is sorted without exhausting the stack', () => {
  const items = Array.from({ length: 20_000 }, (_, i) => ({ key: i % 7, at: i }));
  const sorted = library('$sort($, function($a, $b) { $a.key > $b.key })').evaluate(items, {}) as typeof items;
  expect(sorted).toEqual(items.toSorted((a, b) => a.key - b.key));
});
