import { isJsonObject, type Json } from '../json.ts';
import type { Fields } from './fields.ts';

// What is allowed, but hardly meant: paths where AWS reads nothing but text.

const PATH = /^\$(\$?[.[]|[\p{ID_Start}_]|\$$)/u;
const CALL = /^States\.[A-Z]\w*\(/;

const looksComputed = (value: Json): boolean => typeof value === 'string' && (PATH.test(value) || CALL.test(value));

/** A field of a payload template whose name lacks the `.$` that would make its value a path. */
export function warnOfMissingDollars(fields: Fields, name: string, template: Json): void {
  eachField(template, fields.at(name), (key, value, location) => {
    if (!key.endsWith('.$') && looksComputed(value))
      fields.warning(
        'NO_DOLLAR',
        `The value of '${key}' looks like a path or an intrinsic function, but its name does not end with '.$'`,
        location,
      );
  });
}

/** A field that has a twin ending in `Path`, which takes what this one is given. */
export function warnOfMissingPath(fields: Fields, name: string, value: Json): void {
  if (looksComputed(value))
    fields.warning(
      'NO_PATH',
      `The value looks like a path, but the name of the field does not end with 'Path'`,
      fields.at(name),
    );
}

/** The Result of a Pass state is taken as it is. */
export function warnOfStaticResult(fields: Fields, result: Json): void {
  let found = looksComputed(result);
  eachField(result, '', (key) => {
    found ||= key.endsWith('.$');
  });
  if (found)
    fields.warning(
      'PASS_RESULT_IS_STATIC',
      'The Result of a Pass state is static: paths in it are not evaluated',
      fields.at('Result'),
    );
}

function eachField(value: Json, location: string, visit: (key: string, value: Json, location: string) => void): void {
  if (Array.isArray(value)) value.forEach((item, index) => void eachField(item, `${location}[${index}]`, visit));
  else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      visit(key, item, `${location}/${key}`);
      eachField(item, `${location}/${key}`, visit);
    }
  }
}
