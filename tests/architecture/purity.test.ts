import { expect, test } from '@jest/globals';
import { codeOf, sourcesBelow } from './sources.ts';

// Time, chance and the outside world reach the rules and the language as arguments.

const IMPURE =
  /\b(Date|Math\.random|performance|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|process|console|randomUUID|randomBytes)\b/;

/** It builds the `Date` that the jsonata package sees, whose present is the time it is given. */
const EXCEPTIONS = ['local/stepfunctions/asl/jsonata/library.ts'];

for (const folder of ['domain', 'local/stepfunctions/asl']) {
  test(`nothing in ${folder} asks for the time, draws a random number or does input and output`, () => {
    const found = sourcesBelow(folder)
      .filter(({ path }) => !EXCEPTIONS.includes(path))
      .flatMap((source) => {
        const lines = codeOf(source).split('\n');
        return lines.filter((line) => IMPURE.test(line)).map((line) => `${source.path}: ${line.trim()}`);
      });
    expect(found).toEqual([]);
  });
}
