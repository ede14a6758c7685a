import { describe, expect, test } from '@jest/globals';
import { checkInput, type InputOptions, targetInput } from '../../../../../local/services/events/input.ts';

const EVENT = {
  id: 'e1',
  time: '2026-11-22T12:00:00Z',
  detail: { name: 'A "quoted" name', count: 3, tags: ['x', 'y'], nested: { 'a b': true }, none: null },
};
const RULE = { arn: 'arn:rule', name: 'rule' };
const input = (options: InputOptions) => targetInput(options, EVENT, RULE);
const transform = (InputTemplate: string, InputPathsMap: Record<string, string> = {}) =>
  input({ InputTransformer: { InputPathsMap, InputTemplate } });

describe('what is refused', () => {
  test.each<[string, InputOptions]>([
    ['two ways at once', { Input: '{}', InputPath: '$' }],
    ['a constant that is no JSON', { Input: '{' }],
    ['a path that is none', { InputPath: 'detail' }],
    ['a path with a filter', { InputPath: '$.detail[?(@.x)]' }],
    ['a reserved name', { InputTransformer: { InputPathsMap: { 'aws.x': '$.id' }, InputTemplate: '<aws.x>' } }],
    ['a placeholder without a path', { InputTransformer: { InputPathsMap: {}, InputTemplate: '"<id>"' } }],
  ])('%s', (_, options) => expect(() => checkInput(options)).toThrow());
});

test.each<[string, InputOptions, unknown]>([
  ['nothing: the event', {}, EVENT],
  ['a constant', { Input: '{"a":1}' }, { a: 1 }],
  ['a part', { InputPath: '$.detail.tags[1]' }, 'y'],
  ['a part with a quoted name', { InputPath: "$.detail.nested['a b']" }, true],
  ['a part that is not there', { InputPath: '$.detail.other' }, null],
])('%s', (_, options, expected) => {
  checkInput(options);
  expect(JSON.parse(input(options))).toEqual(expected);
});

describe('a template', () => {
  const paths = { name: '$.detail.name', count: '$.detail.count', tags: '$.detail.tags', none: '$.detail.missing' };

  test('puts values as JSON where no quotes are', () => {
    expect(JSON.parse(transform('{"n":<name>,"c":<count>,"t":<tags>,"x":<none>}', paths))).toEqual({
      n: 'A "quoted" name',
      c: 3,
      t: ['x', 'y'],
      x: null,
    });
  });

  test('puts text inside quotes', () => {
    expect(JSON.parse(transform('"<name>: <count> of <tags>"', paths))).toBe('A "quoted" name: 3 of ["x","y"]');
  });

  test('knows the rule and the event', () => {
    const template =
      '{"rule":<aws.events.rule-arn>,"name":"<aws.events.rule-name>","at":<aws.events.event.ingestion-time>,"all":<aws.events.event.json>,"head":<aws.events.event>}';
    const { detail: _, ...head } = EVENT;
    expect(JSON.parse(transform(template))).toEqual({
      rule: 'arn:rule',
      name: 'rule',
      at: EVENT.time,
      all: EVENT,
      head,
    });
  });

  test('leaves other angle brackets alone', () => {
    expect(transform('"1 < 2 <b> \\" <count>"', { count: '$.detail.count' })).toBe('"1 < 2 <b> \\" 3"');
  });
});
