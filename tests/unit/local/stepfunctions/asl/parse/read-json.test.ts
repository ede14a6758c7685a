import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonProblem, readJson } from '../../../../../../local/stepfunctions/asl/parse/read-json.ts';

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

test('JSON may nest 1000 levels, of which brackets in texts are none', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}"[[\\"[[","{{{"${']'.repeat(levels)}`;
  expect(jsonProblem(nested(1000))).toBeUndefined();
  expect(jsonProblem(nested(1001))).toBe('Arrays and objects nest deeper than 1000 levels');
  expect(readJson('{"a":'.repeat(1001) + '}'.repeat(1001))).toMatchObject({
    problem: { message: expect.stringContaining('nest deeper than 1000 levels') },
  });
});

describe('text that is no JSON is refused the way Jackson says it', () => {
  test.each([
    ['nothing', '', 'No content to map due to end-of-input', 1, 1],
    ['a bare word', 'open sesame', `Unrecognized token 'open': was expecting ${VALUES}`, 1, 5],
    ['a word that starts like a literal', 'nullo', `Unrecognized token 'nullo': was expecting ${VALUES}`, 1, 6],
    ['a stray character', '{"a": ;}', `Unexpected character (';' (code 59)): expected a valid value ${VALUES}`, 1, 8],
    [
      'a name without quotes',
      '{a: 1}',
      "Unexpected character ('a' (code 97)): was expecting double-quote to start field name",
      1,
      3,
    ],
    [
      'a comma at the end',
      '{"a": 1,\n}',
      "Unexpected character ('}' (code 125)): was expecting double-quote to start field name",
      2,
      2,
    ],
    [
      'no comma between',
      '[1 2]',
      "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries",
      1,
      5,
    ],
    [
      'no colon',
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
      1,
      7,
    ],
    ['a field twice', '{"a": 1, "a": 2}', "Duplicate field 'a'", 1, 13],
    ['a leading zero', '[01]', 'Invalid numeric value: Leading zeroes not allowed', 1, 3],
    [
      'a string without an end',
      '"abc',
      'Unexpected end-of-input: was expecting closing quote for a string value',
      1,
      5,
    ],
    ['an unknown escape', '"\\q"', "Unrecognized character escape 'q' (code 113)", 1, 4],
    [
      'a line break in a string',
      '"a\nb"',
      'Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value',
      2,
      1,
    ],
  ])('%s', (_, text, message, line, column) => {
    const location = `[Source: (String)"${text}"; line: ${line}, column: ${column}]`;
    expect(readJson(text)).toEqual({
      problem: {
        severity: 'ERROR',
        code: 'INVALID_JSON_DESCRIPTION',
        message: `${message}\n at ${location}`,
        location,
      },
    });
  });

  test('an object without an end, which says where it began', () => {
    expect(readJson('{"a":\n [1')).toMatchObject({
      problem: {
        message: expect.stringMatching(
          /^Unexpected end-of-input: expected close marker for Array \(start marker at .*line: 2, column: 2\]\)\n at /s,
        ),
      },
    });
  });

  test('long text, which is shown in part', () => {
    const read = readJson(`x${' '.repeat(600)}`);
    expect('problem' in read && read.problem.location).toContain('"[truncated 101 chars]; line: 1, column: 2]');
  });
});

test('what is JSON is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indentation) => {
      const text = JSON.stringify(value, null, indentation);
      expect(readJson(text)).toEqual({ value: JSON.parse(text) });
    }),
  );
});

test('what JSON.parse refuses is refused, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((text) => text.slice(0, -1)),
        fc.json().map((text) => text.replace(/[":,]/, '')),
      ),
      (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        if (!valid) expect(readJson(text)).toHaveProperty('problem.code', 'INVALID_JSON_DESCRIPTION');
      },
    ),
  );
});
