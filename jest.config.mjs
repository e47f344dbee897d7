export default {
  globalSetup: '<rootDir>/libs/testing/src/run/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/src/run/global-teardown.mjs',
  testEnvironment: 'node',
  // A test that hangs is given up then; many start processes, and two cores may be busy with others.
  testTimeout: 20_000,
  // What a file loaded is never given back by a Node that runs modules in contexts: after 200 files a worker has no heap
  // left, and all its tests slow down and time out before it dies. It is replaced between two files above this heap.
  workerIdleMemoryLimit: '1GB',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['development', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testMatch: [
    '<rootDir>/apps/*/src/**/*.test.ts',
    '<rootDir>/libs/*/src/**/*.test.ts',
    '<rootDir>/e2e/**/*.test.ts',
    '<rootDir>/chaos/**/*.test.ts',
    '<rootDir>/scripts/**/*.test.ts',
    '<rootDir>/monitoring/**/*.test.ts',
    '<rootDir>/api/**/*.test.ts',
    '<rootDir>/k8s/**/*.test.ts',
  ],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
};
