import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { securityRules } from './scripts/security/lint/rules.mjs';

const TESTS = ['**/*.{test,conformance,harness}.ts', 'e2e/**/*.ts'];

/**
 * SQL belongs into `*.queries.ts`, where each statement names the index it relies on. Upper-case keywords only: that is
 * how we write SQL, and prose does not begin so. `SELECT 1`, which only asks whether the database answers, may stand anywhere.
 */
const SQL_KEYWORD =
  '/^\\s*(?!SELECT 1$)(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|TRUNCATE|LOCK TABLE|CREATE|ALTER|DROP|COPY|MERGE INTO)\\s/';
const noSqlHere = [
  {
    selector: `Literal[value=${SQL_KEYWORD}]`,
    message: 'SQL lives in a *.queries.ts file (or a migration), beside the name of the index it relies on.',
  },
  {
    selector: `TemplateLiteral > TemplateElement:first-child[value.raw=${SQL_KEYWORD}]`,
    message: 'SQL lives in a *.queries.ts file (or a migration), beside the name of the index it relies on.',
  },
];

const noSleep = [
  {
    selector: 'NewExpression[callee.name="Promise"] > :function:first-child CallExpression[callee.name="setTimeout"]',
    message: 'A test never sleeps: wait for a signal, or poll a condition with eventually().',
  },
  {
    selector: 'ImportDeclaration[source.value=/^(node:)?timers\\/promises$/]',
    message: 'A test never sleeps: wait for a signal, or poll a condition with eventually().',
  },
];

const environmentOnlyInConfig = {
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'The environment is read in config.ts only; take a parsed value.' },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: ['process', 'node:process'].map((name) => ({
        name,
        message: 'Use the global `process`; its environment is read in config.ts only.',
      })),
    },
  ],
};

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', 'libs/database/src/generated/', '.signalbox/', '.ci/out/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    // The nearest tsconfig.json of every source file is the one at the root: one program, types through the sources.
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...environmentOnlyInConfig,
      'no-restricted-syntax': ['error', ...noSqlHere],
      // Type-only imports vanish at run time and cannot make a cycle. In a file with decorators the rule keeps quiet by
      // itself, since an injected class must stay a value for Nest to find it in the metadata.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // `== null` asks for null and undefined at once; every other comparison is exact.
      eqeqeq: ['error', 'always', { null: 'ignore' }],

      // Nest modules are empty classes that carry a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // `() => doIt()` as a callback and `for (;; await delay(15))` say what they mean.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Options are structural here; nobody asks with instanceof where they came from.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `record['anything']` says that the key is data; `record.known` that it is declared.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // A string spreads into code points, which is what our alphabets and limits count.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // `Promise.withResolvers<void>()` is a signal without a value.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Finding control characters in what a stranger sent is part of the job.
      'no-control-regex': 'off',
      // Numbers print without surprises; objects and undefined do not, and stay refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A type alias, unlike an interface, fits where an index signature is asked for (JSON).
      '@typescript-eslint/consistent-type-definitions': 'off',
      // With noUncheckedIndexedAccess, `!` is how a line says that an index was checked a line above. `any` stays refused.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The port `query<Row>()` names the row type for the reader; the database cannot be asked at compile time.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An async method without await keeps the shape of its port: what it throws must arrive as a rejection.
      '@typescript-eslint/require-await': 'off',
    },
  },
  ...securityRules,
  {
    // The only readers of the environment.
    files: ['**/config.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Where SQL is at home: query files, the database library itself, and what prepares databases for tests.
    files: [
      '**/*.queries.ts',
      'libs/database/src/**/*.ts',
      'libs/embedded-postgres/src/**/*.ts',
      'libs/testing/src/**/*.ts',
      'scripts/schema-check/**/*.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: TESTS,
    rules: {
      'no-restricted-syntax': ['error', ...noSleep],
      // expect(service.method) and handing a method to a spy are not calls that lose their `this`.
      '@typescript-eslint/unbound-method': 'off',
      // What a service answers is JSON, and the expectation is its type.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Start-up scripts run before anything is installed: plain CommonJS for any Node, with its environment.
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        require: 'readonly',
        module: 'writable',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
);
