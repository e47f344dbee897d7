import type { DatabaseCheck } from './database-check.js';
import { feedCheck } from './history/feed.js';
import { invariantChecks } from './history/invariants.js';
import { migrationsCheck } from './history/migrations.js';
import { partitionsCheck } from './history/partitions.js';
import { serverCheck } from './postgres/server.js';
import { deadLettersCheck } from './standing/dead-letters.js';
import { deletionGuardsCheck } from './standing/deletion-guards.js';
import { holdsCheck } from './standing/holds.js';
import { paymentsCheck } from './standing/payments.js';
import { phonesCheck } from './standing/phones.js';
import { secretsCheck } from './standing/secrets.js';
import { stripeCheck } from './standing/stripe.js';
import { webhooksCheck } from './standing/webhooks.js';
import { workCheck } from './work/work.js';

/** Everything that the database alone can tell. The closed list: a check that is not here is not run. */
export const DATABASE_CHECKS: readonly DatabaseCheck[] = [
  serverCheck,
  migrationsCheck,
  partitionsCheck,
  feedCheck,
  ...invariantChecks,
  workCheck,
  holdsCheck,
  deadLettersCheck,
  deletionGuardsCheck,
  paymentsCheck,
  stripeCheck,
  webhooksCheck,
  secretsCheck,
  phonesCheck,
];
