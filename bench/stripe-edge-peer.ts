/**
 * What the Stripe edge is measured against, as a process of its own: @supabase/stripe-sync-engine behind plain Fastify, as its
 * documentation has it, with its own schema in its own database. Arguments: connection string, signing secret.
 */
import { createRequire } from 'node:module';
import type * as StripeSyncEngine from '@supabase/stripe-sync-engine';
import { fastify } from 'fastify';

// Its ES module build looks for its migrations by a name that only CommonJS has.
const require = createRequire(import.meta.url);
const { runMigrations, StripeSync } = require('@supabase/stripe-sync-engine') as typeof StripeSyncEngine;

const [databaseUrl = '', stripeWebhookSecret = ''] = process.argv.slice(2);
const schema = 'stripe';
await runMigrations({ databaseUrl, schema });
const sync = new StripeSync({
  poolConfig: { connectionString: databaseUrl },
  schema,
  stripeSecretKey: 'sk_test_bench',
  stripeWebhookSecret,
});

const server = fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/webhooks', async (request) => {
  await sync.processWebhook(request.body as Buffer, request.headers['stripe-signature'] as string);
  return { received: true };
});
console.log(`listening at ${await server.listen({ port: 0, host: '127.0.0.1' })}`);
