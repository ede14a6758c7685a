import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

// Many tests start scripts as processes of their own: each would strip the same files of their types, and compile them, anew.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'countersign-compile-cache');

export default {
  testEnvironment: '<rootDir>/tests/plain-environment.mjs',
  maxWorkers: availableParallelism() + 1, // jest itself only watches, and some suites mostly wait: for a browser, for time
  testSequencer: '<rootDir>/tests/longest-first.mjs',
  transform: {},
  testTimeout: 30_000, // for slow machines: nothing here is about speed
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  // The real serverless command, several times: npm run test:deploy.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/deploy/'],
  modulePathIgnorePatterns: ['<rootDir>/.serverless', '<rootDir>/dist'],
};
