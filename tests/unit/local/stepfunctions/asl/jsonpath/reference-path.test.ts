import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExpressionError, ExpressionSyntaxError } from '../../../../../../local/stepfunctions/asl/expression.ts';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import { compileReferencePath } from '../../../../../../local/stepfunctions/asl/jsonpath/reference-path.ts';
import { scopeWith, thrownBy } from '../expression-scope.ts';

test.each(['$.a[*]', '$..a', '$.a[1:2]', '$.a[-1]', '$.a[?(@.b)]', '$.a[0,1]', "$['a','b']", '$.a.length()', 'a'])(
  '%p is no reference path',
  (path) => {
    expect(() => compileReferencePath(path)).toThrow(ExpressionSyntaxError);
  },
);

test.each<[string, Json, string]>([
  ['$.a[3]', { a: [1] }, '3'],
  ['$.a[0]', { a: {} }, '0'],
  ['$.a[0]', {}, '0'],
  ['$.a.b', { a: [1] }, 'b'],
  ['$.a.b', { a: 'text' }, 'b'],
  ['$.a.b.c', { a: { b: null } }, 'c'],
  ['$.a', [1], 'a'],
  ['$.a', null, 'a'],
])('%p cannot be written in %j', (path, document, step) => {
  const error = thrownBy(() => compileReferencePath(path).write(document, 1)) as ExpressionError;
  expect(error.error).toBe('States.ReferencePathConflict');
  expect(error.causeIn('ResultPath')).toBe(`Unable to apply step "${step}" to input ${JSON.stringify(document)}`);
});

test('an ItemsPath that leads nowhere is a conflict as well', () => {
  const error = thrownBy(() => compileReferencePath('$.a.b').evaluate(scopeWith({ a: {} }))) as ExpressionError;
  expect(error.errorIn('ItemsPath')).toBe('States.ReferencePathConflict');
  expect(error.causeIn('ItemsPath')).toBe('Unable to apply step "b" to input {"a":{}}');
  expect(error.errorIn('InputPath')).toBe('States.Runtime');
});

test.each<[string, Json, Json]>([
  ['$', { a: 1 }, 'new'],
  ['$.a', { a: 1, b: 2 }, { a: 'new', b: 2 }],
  ['$.c', { a: 1 }, { a: 1, c: 'new' }],
  ['$.c.d.e', { a: 1 }, { a: 1, c: { d: { e: 'new' } } }],
  ['$.a[1]', { a: [1, 2, 3] }, { a: [1, 'new', 3] }],
  ['$.a[0].b', { a: [{ c: 1 }] }, { a: [{ c: 1, b: 'new' }] }],
])('writing at %p in %j', (path, document, result) => {
  const before = JSON.stringify(document);
  expect(compileReferencePath(path).write(document, 'new')).toEqual(result);
  expect(JSON.stringify(document)).toBe(before);
});

const name = fc.string({ minLength: 1 }).filter((text) => !/['\\]/.test(text));

test('what is written is read back, and all else stays', () => {
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.jsonValue()),
      fc.array(name, { maxLength: 4 }),
      fc.jsonValue(),
      (document, names, value) => {
        const path = compileReferencePath(`$${names.map((each) => `['${each}']`).join('')}`);
        const [first] = names;
        const parent = first === undefined ? undefined : document[first];
        fc.pre(parent === undefined || names.length === 1);
        const written = path.write(document as Json, value as Json);
        expect(path.evaluate(scopeWith(written))).toEqual(value);
        for (const other of Object.keys(document)) {
          if (first !== undefined && other !== first)
            expect((written as { [key: string]: Json })[other]).toBe(document[other]);
        }
      },
    ),
  );
});
