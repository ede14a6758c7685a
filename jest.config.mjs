export default {
  testEnvironment: 'node',
  maxWorkers: '100%', // jest itself only watches
  testSequencer: '<rootDir>/tests/longest-first.mjs',
  transform: {},
  testTimeout: 30_000, // for slow machines: nothing here is about speed
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  // The real serverless command, several times: npm run test:deploy.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/deploy/'],
  modulePathIgnorePatterns: ['<rootDir>/.serverless', '<rootDir>/dist'],
};
