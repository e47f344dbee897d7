import regexp from 'eslint-plugin-regexp';
import { constantRegexp } from './constant-regexp.mjs';
import { constantSql } from './constant-sql.mjs';
import { dialThroughEgress, noPrograms } from './dangerous-imports.mjs';
import { guessableRandom } from './guessable-random.mjs';
import { secretEquality } from './secret-equality.mjs';
import { weakCrypto } from './weak-crypto.mjs';

const PRODUCT = ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'];
const NO_PRODUCT = [
  '**/*.{test,harness,conformance}.ts',
  'libs/testing/**',
  'libs/process-control/**',
  'apps/sandbox/**',
];

/** The services that strangers talk to, and the libraries that they are made of. */
const SERVICES = ['apps/{auth,payments,push,events}/src/**/*.ts', 'libs/*/src/**/*.ts'];

/** Make statements out of names of tables, which our own code passes; each of their callers is one of ours. */
const MAKE_STATEMENTS = [
  'apps/payments/src/outcomes/outcome.queries.ts',
  // Its conditions are made by `put`, which makes parameters of values.
  'apps/push/src/audiences/audience.queries.ts',
  'libs/database/src/listen.ts',
  'libs/doctor/src/history/invariants.queries.ts',
  'libs/doctor/src/work/leases.queries.ts',
  // Escapes the name.
  'libs/embedded-postgres/src/ensure-database.ts',
  'libs/event-log/src/partitions.queries.ts',
  // Runs the statements of prisma/invariants.
  'libs/invariants/src/invariant.queries.ts',
  'libs/queues/src/work.queries.ts',
];

/** Start what belongs to them, from a path of their own. */
const START_PROGRAMS = ['apps/launcher/src/**', 'libs/embedded-postgres/src/**'];

/** Dial what no stranger names. */
const DIAL = [
  'libs/egress/src/**',
  // Providers' own addresses, or what an operator let an app in test mode name.
  'libs/http2-channel/src/**',
  'apps/push/src/providers/**',
  // Signalbox itself, by its configuration.
  'libs/client/src/**',
  'libs/access/src/**',
  'libs/doctor/src/**',
  'libs/redis/src/**',
  'apps/payments/src/edge/self-test.ts',
  // Runs in a browser.
  'apps/auth/src/pages/passkey/passkey-script.ts',
];

/** The protocols of others, as they are. */
const ASKED_FOR_SHA_1 = ['apps/payments/src/gateway/braintree/webhooks/verify-signature.ts'];
/** What a hash says of the content beside it is no secret, nor is the hash of a token to who sends both. */
const NO_SECRETS = ['apps/launcher/src/demo/**', 'libs/access/src/dpop/dpop-proofs.ts'];
/** Of names that we chose. */
const MAKE_PATTERNS = ['libs/event-log/src/partitions.ts', 'libs/queues/src/redis-facts.ts'];
/** Read what the operator or we ourselves wrote, once. */
const READ_OUR_WORDS = [
  'libs/credentials/src/master-key.ts',
  'libs/http/src/openapi/operation.ts',
  'libs/telemetry/src/traces/open-exporter.ts',
];

const plugin = {
  rules: {
    ...{
      'constant-sql': constantSql,
      'constant-regexp': constantRegexp,
      'secret-equality': secretEquality,
      'weak-crypto': weakCrypto,
    },
    ...{ 'guessable-random': guessableRandom, 'no-programs': noPrograms, 'dial-through-egress': dialThroughEgress },
  },
};

/** A rule for some files, but not for those that have a reason. */
const rule = (name, files, ...reasons) => ({
  name: `security/${name}`,
  files,
  ignores: [...NO_PRODUCT, ...reasons],
  plugins: { security: plugin },
  rules: { [`security/${name}`]: 'error' },
});

/** What we look for in our own source (docs/security/scans.md); each rule has examples that it refuses in rules.test.ts. */
export const securityRules = [
  rule('constant-sql', PRODUCT, ...MAKE_STATEMENTS),
  rule('constant-regexp', SERVICES, ...MAKE_PATTERNS),
  rule('secret-equality', PRODUCT, ...NO_SECRETS),
  rule('guessable-random', PRODUCT),
  rule('no-programs', PRODUCT, ...START_PROGRAMS),
  rule('dial-through-egress', SERVICES, ...DIAL),
  rule('weak-crypto', PRODUCT, ...ASKED_FOR_SHA_1),
  {
    name: 'security/text-is-no-program',
    files: ['**/*.{ts,mjs,cjs}'],
    rules: { 'no-eval': 'error', 'no-new-func': 'error' },
  },
  {
    name: 'security/no-endless-regexp',
    files: PRODUCT,
    ignores: [...NO_PRODUCT, ...READ_OUR_WORDS],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'certain' }],
      'regexp/no-super-linear-move': ['error', { report: 'certain' }],
    },
  },
];
