import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExpressionError, TemplateSyntaxError } from '../../../../../local/stepfunctions/asl/expression.ts';
import type { Json } from '../../../../../local/stepfunctions/asl/json.ts';
import {
  compileJsonataTemplate,
  compilePayloadTemplate,
  isJsonataExpression,
} from '../../../../../local/stepfunctions/asl/template.ts';
import { scopeWith, thrownBy } from './expression-scope.ts';

const INPUT = { id: 'o-1', lines: [{ sku: 'a' }, { sku: 'b' }] };
const scope = scopeWith(INPUT, { variables: { rate: 2 } });

test('all mistakes of a payload template are reported, with their places', () => {
  const template = { a: { 'b.$': 'no path' }, 'c.$': 1, d: [{ 'e.$': 'States.Nope()' }], fine: 'no path' };
  const error = thrownBy(() => compilePayloadTemplate(template)) as TemplateSyntaxError;
  expect(error).toBeInstanceOf(TemplateSyntaxError);
  expect(error.errors.map(({ path }) => path)).toEqual([['a', 'b.$'], ['c.$'], ['d', '[0]', 'e.$']]);
});

test('all mistakes of a JSONata template are reported, with their places and codes', () => {
  const template = { a: { b: '{% ( %}' }, d: ['{% 1 %}', { e: '{% name %}' }] };
  const error = thrownBy(() => compileJsonataTemplate(template)) as TemplateSyntaxError;
  expect(error.errors.map(({ path, code }) => [path.join('/'), code])).toEqual([
    ['a/b', 'INVALID_JSONATA_EXPRESSION'],
    ['d/[1]/e', 'UNSUPPORTED_JSONATA_EXPRESSION'],
  ]);
});

test('a path of a payload template that leads nowhere names its field', () => {
  const template = compilePayloadTemplate({ a: [{ 'b.$': '$.nope' }] });
  const error = thrownBy(() => template.evaluate(scopeWith({}))) as ExpressionError;
  expect(error.path).toEqual(['a', '[0]', 'b.$']);
  expect(error.causeIn('Parameters')).toBe(
    "The JSONPath '$.nope' specified for the field 'b.$' could not be found in the input '{}'",
  );
});

test('an expression of a JSONata template that fails says where it stands', () => {
  const template = compileJsonataTemplate({ Entries: [{ Detail: '{% $nope %}' }] });
  const error = thrownBy(() => template.evaluate(scope)) as ExpressionError;
  expect(error.locationIn('Arguments')).toBe('Arguments/Entries[0]/Detail');
  expect(error.causeIn('Arguments')).toBe(
    "The JSONata expression '$nope' specified for the field 'Arguments/Entries[0]/Detail' returned nothing (undefined).",
  );
});

test.each([
  ['payload', compilePayloadTemplate, '{"__proto__.$":"$.lines[0]","a":1}'],
  ['JSONata', compileJsonataTemplate, '{"__proto__":"{% $states.input.lines[0] %}","a":1}'],
])('a field of a %s template can have the name __proto__', (_, compile, template) => {
  expect(JSON.stringify(compile(JSON.parse(template)).evaluate(scope))).toBe('{"__proto__":{"sku":"a"},"a":1}');
});

test('a list of templates is named without a slash', () => {
  const error = thrownBy(() => compileJsonataTemplate(['{% $nope %}']).evaluate(scope)) as ExpressionError;
  expect(error.locationIn('Items')).toBe('Items[0]');
});

test('a payload template replaces the fields that end in .$', () => {
  const template = compilePayloadTemplate({
    'id.$': '$.id',
    constant: { text: '$.id', list: ['$.id', { 'sku.$': '$.lines[0].sku' }] },
    'state.$': '$$.State.Name',
    'rate.$': '$rate',
    'label.$': "States.Format('#{}', $.id)",
    'skus.$': '$..sku',
  });
  expect(template.evaluate(scope)).toEqual({
    id: 'o-1',
    constant: { text: '$.id', list: ['$.id', { sku: 'a' }] },
    state: 'Price order',
    rate: 2,
    label: '#o-1',
    skus: ['a', 'b'],
  });
  expect(template.variables).toEqual(['rate']);
});

test('an index past the end of an array is null in a payload template, but not in a call', () => {
  expect(compilePayloadTemplate({ 'a.$': '$.lines[5]', 'b.$': '$.lines[5].sku' }).evaluate(scope)).toEqual({
    a: null,
    b: null,
  });
  expect(() => compilePayloadTemplate({ 'a.$': 'States.Array($.lines[5])' }).evaluate(scope)).toThrow(
    'could not be found',
  );
});

test('a JSONata template replaces the texts from {% to %}', () => {
  const template = compileJsonataTemplate({
    id: '{% $states.input.id %}',
    'kept.$': '$.id',
    list: ['{%$rate * 2%}', ' {% $rate %}', 'a {% $rate %}', 1],
  });
  expect(template.evaluate(scope)).toEqual({
    id: 'o-1',
    'kept.$': '$.id',
    list: [4, ' {% $rate %}', 'a {% $rate %}', 1],
  });
  expect(template.variables).toEqual(['rate']);
  expect(template.states).toEqual(['input']);
  expect(compileJsonataTemplate('{% $states.input.lines %}').evaluate(scope)).toBe(INPUT.lines);
});

test.each(['{%', '%}', '{%}', '{% 1', '1 %}', 'a {% 1 %}', 1, null])('%j is no JSONata expression', (value) => {
  expect(isJsonataExpression(value)).toBe(false);
});

test('a template without expressions is itself', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = value as Json;
      fc.pre(!/\.\$":|\{%/.test(JSON.stringify(json)));
      expect(compilePayloadTemplate(json).evaluate(scope)).toBe(json);
      expect(compileJsonataTemplate(json).evaluate(scope)).toBe(json);
    }),
  );
});

test('a template around any value leaves the value as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const input = JSON.parse(JSON.stringify(value)) as Json;
      expect(compilePayloadTemplate({ 'a.$': '$' }).evaluate(scopeWith(input))).toEqual({ a: input });
      expect(compileJsonataTemplate({ a: '{% $states.input %}' }).evaluate(scopeWith(input))).toEqual({ a: input });
    }),
  );
});
