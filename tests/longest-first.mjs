import { existsSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

/**
 * Begun first, in this order: one that begins late would go on alone, on one processor of many. Jest knows by itself what took
 * long when it ran before; where it never ran, it goes by the sizes of files, and these are small.
 */
const LONGEST = [
  'tests/e2e/console.test.ts',
  'tests/unit/infra/package.test.ts',
  'tests/e2e/shop.test.ts',
  'tests/e2e/crash.test.ts',
  'tests/simulation/simulation.test.ts',
  'tests/statemachines/recovery.test.ts',
  'tests/e2e/runbooks.test.ts',
];

export default class LongestFirst extends Sequencer {
  async sort(tests) {
    const missing = LONGEST.filter((suite) => !existsSync(suite));
    if (missing.length > 0) throw new Error(`There is no ${missing.join(', ')}: LONGEST has to follow`);
    const rank = ({ path }) => LONGEST.findIndex((suite) => path.endsWith(suite));
    const long = tests.filter((test) => rank(test) >= 0).sort((one, other) => rank(one) - rank(other));
    return [...long, ...(await super.sort(tests.filter((test) => rank(test) < 0)))];
  }
}
