/**
 * Who may import whom. The cut of the system is only as real as this file: `npm run boundaries` fails on every edge that
 * is not allowed here.
 */

/** The libraries that a library may import. Not listed: none. */
const LIBRARY_MAY_IMPORT = {
  'card-number': [],
  config: [],
  contracts: [],
  resilience: [],
  html: [],
  'http2-channel': ['resilience'],
  egress: [],
  telemetry: ['card-number', 'config'],
  redis: ['config'],
  database: ['config', 'telemetry'],
  'event-log': ['contracts', 'database', 'resilience', 'telemetry'],
  invariants: ['contracts', 'database', 'resilience', 'telemetry'],
  flags: ['config', 'contracts', 'database', 'resilience', 'telemetry'],
  'synthetic-checks': ['contracts', 'credentials', 'database', 'resilience', 'telemetry'],
  queues: ['config', 'contracts', 'database', 'redis', 'resilience', 'telemetry'],
  credentials: ['contracts', 'database'],
  doctor: ['contracts', 'database', 'event-log', 'queues'],
  'personal-data': ['contracts', 'credentials', 'database', 'event-log', 'resilience', 'telemetry'],
  http: ['card-number', 'config', 'contracts', 'credentials', 'database', 'resilience', 'telemetry'],
  access: ['contracts', 'database', 'egress', 'event-log', 'http', 'redis', 'resilience', 'telemetry'],
  // Published, so it stands on nothing but the shapes and the backoff.
  client: ['contracts', 'resilience'],
  'embedded-postgres': [],
  'process-control': ['embedded-postgres'],
  testing: [
    'config',
    'contracts',
    'credentials',
    'database',
    'embedded-postgres',
    'event-log',
    'http',
    'process-control',
    'queues',
    'telemetry',
  ],
};

/** Tests, the conformance suites that several tests run, and what sets a test's stage. */
const TESTS = '[.](test|conformance|harness)[.]ts$|^(e2e|chaos)/';

/** `packages` (a regular expression over package names) may be imported from `homes` (one over our paths) only. */
function onlyAt(name, packages, homes, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: '^(apps|libs|e2e|chaos|scripts)/', pathNot: homes },
    to: { path: [`node_modules/(${packages})/`, `^(${packages})(/|$)`] },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle cannot be read downhill. Move what both sides need below both.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'apps-never-import-apps',
      comment: 'Services meet in libs/contracts, in queues and in the event feed; not even types cross.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/([^/]+)/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    ...Object.entries(LIBRARY_MAY_IMPORT).map(([library, allowed]) => ({
      name: `what-${library}-may-import`,
      comment: `libs/${library} may import ${allowed.length === 0 ? 'no other library' : allowed.join(', ')}.`,
      severity: 'error',
      // Tests of a library may use libs/testing, which itself stands on that library.
      from: { path: `^libs/${library}/`, pathNot: TESTS },
      to: { path: '^libs/', pathNot: `^libs/(${[library, ...allowed].join('|')})/` },
    })),
    {
      name: 'a-new-library-states-its-edges',
      comment: 'Add the library to LIBRARY_MAY_IMPORT at the top of this file.',
      severity: 'error',
      from: { path: '^libs/', pathNot: `^libs/(${Object.keys(LIBRARY_MAY_IMPORT).join('|')})/` },
      to: {},
    },
    {
      name: 'libraries-are-entered-by-the-front-door',
      comment: 'Import @signalbox/<library>, not a file inside of it.',
      severity: 'error',
      from: { path: '^(apps|libs)/([^/]+)/|^(e2e|chaos|scripts)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: '^libs/[^/]+/src/index[.]ts$|^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: `${TESTS}|^libs/(testing|process-control)/` },
      to: { path: '^libs/(testing|process-control)/' },
    },
    {
      name: 'product-code-imports-no-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TESTS },
      to: { path: '^(apps|libs)/.*[.](test|conformance|harness)[.]ts$' },
    },
    onlyAt(
      'bullmq-stays-in-queues',
      'bullmq',
      // The baseline shows what BullMQ does alone.
      '^libs/(queues|testing)/|^chaos/baseline/',
      'Everybody else holds a queue by the types of libs/queues.',
    ),
    onlyAt(
      'redis-stays-behind-queues-and-access',
      'ioredis',
      // access reads and writes the stream of revocations.
      '^libs/(redis|queues|access|testing)/|^chaos/baseline/',
      'What is kept in Redis may be lost at any time: few may rely on it, and each says why it can.',
    ),
    onlyAt(
      'prisma-stays-in-database',
      '@prisma/client|@prisma/adapter-pg',
      '^libs/database/|^scripts/schema-check/',
      'Take PrismaClient from @signalbox/database.',
    ),
    onlyAt(
      'apns-client-stays-in-its-provider',
      '@parse/node-apn',
      '^apps/push/src/providers/apns/sdk/',
      'Behind the provider port, so that the client can be exchanged.',
    ),
    onlyAt(
      'fcm-client-stays-in-its-provider',
      'firebase-admin',
      `^apps/push/src/providers/fcm/sdk/|${TESTS}`,
      'Behind the provider port, so that the client can be exchanged.',
    ),
    onlyAt(
      'web-push-stays-in-its-provider',
      'web-push',
      '^apps/push/src/providers/webpush/',
      'It encrypts and signs; what is sent, and how, is ours.',
    ),
    onlyAt(
      'braintree-stays-behind-the-port',
      'braintree',
      `^apps/payments/src/gateway/braintree/|${TESTS}`,
      'Behind the port of a gateway, so that nothing else speaks its language.',
    ),
    onlyAt(
      'embedded-postgres-has-one-owner',
      'embedded-postgres',
      '^libs/embedded-postgres/',
      'Starting and healing a Postgres is that library alone.',
    ),
    onlyAt(
      'pg-behind-the-sql-port',
      'pg',
      // event-log tells Postgres' error codes apart; queues gives BullMQ its pool.
      `^libs/(database|embedded-postgres|event-log|testing|queues)/|^apps/launcher/|^scripts/|${TESTS}`,
      "Product code speaks SQL through the Sql port of @signalbox/database, so that it joins the caller's transaction.",
    ),
    onlyAt(
      'nest-stays-out-of-pure-libraries',
      '@nestjs/[^/]+',
      '^apps/|^libs/http/|[.]test[.]ts$',
      'Libraries run without Nest.',
    ),
    {
      name: 'a-folder-says-what-is-in-it',
      comment: 'A drawer for anything becomes one for everything. Name the thought.',
      severity: 'error',
      from: { path: '^(apps|libs|e2e|chaos|scripts)/' },
      to: { path: '/(utils|util|common|shared|helpers|helper|generic|misc)/', pathNot: 'node_modules' },
    },
    {
      name: 'imports-resolve',
      severity: 'error',
      from: { path: '^(apps|libs|e2e|chaos|scripts)/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'imports-are-declared',
      comment: 'Add it to the dependencies of the package that imports it (devDependencies for tests only).',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-dependencies-in-product-code',
      severity: 'error',
      from: { path: '^(apps|libs)/[^/]+/src/', pathNot: `${TESTS}|^libs/testing/` },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'], pathNot: '^libs/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(apps|libs)/[^/]+/dist/|^libs/database/src/generated/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['development', 'import', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
