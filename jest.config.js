// Tests run as ES modules, as the program does: node needs --experimental-vm-modules for jest (see package.json).
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript' },
        target: 'es2023',
        experimental: { keepImportAttributes: true },
      },
      module: { type: 'es6' },
    },
  ],
};
const project = (displayName, testMatch, rest = {}) => ({
  displayName,
  testMatch,
  transform,
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/sealcheck-runs/'],
  ...rest,
});

/** Unit tests need nothing but npm; contract and browser tests are run by .ci/run, by --selectProjects. */
export default {
  // A hang must end, and a loaded machine must not fail a test: nothing here is timed.
  testTimeout: 60_000,
  projects: [
    project('unit', ['<rootDir>/tests/**/*.test.ts'], {
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/contract/', '<rootDir>/tests/browser/'],
    }),
    project('contract', ['<rootDir>/tests/contract/**/*.test.ts']),
    project('browser', ['<rootDir>/tests/browser/**/*.test.ts']),
  ],
};
