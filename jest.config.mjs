export default {
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  // The real serverless command, several times: npm run test:deploy.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/deploy/'],
  modulePathIgnorePatterns: ['<rootDir>/.serverless', '<rootDir>/dist'],
};
