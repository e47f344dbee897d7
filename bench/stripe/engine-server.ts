/**
 * What the Stripe edge is measured against, as a process of its own: @supabase/stripe-sync-engine behind plain Fastify, as its
 * documentation has it, with its own schema in its own database. Arguments: connection string, signing secret.
 *
 * Without arguments: Fastify alone, which reads the body and answers, the most that any edge on it could do.
 */
import { createRequire } from 'node:module';
import type * as StripeSyncEngine from '@supabase/stripe-sync-engine';
import { fastify } from 'fastify';

// Its ES module build looks for its migrations by a name that only CommonJS has.
const require = createRequire(import.meta.url);
const { runMigrations, StripeSync } = require('@supabase/stripe-sync-engine') as typeof StripeSyncEngine;

async function openEngine(databaseUrl: string, stripeWebhookSecret: string): Promise<StripeSyncEngine.StripeSync> {
  const schema = 'stripe';
  await runMigrations({ databaseUrl, schema });
  return new StripeSync({
    poolConfig: { connectionString: databaseUrl },
    schema,
    stripeSecretKey: 'sk_test_bench',
    stripeWebhookSecret,
  });
}

const [databaseUrl, secret = ''] = process.argv.slice(2);
const engine = databaseUrl === undefined ? undefined : await openEngine(databaseUrl, secret);

const server = fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
server.post('/webhooks', async (request) => {
  await engine?.processWebhook(request.body as Buffer, request.headers['stripe-signature'] as string);
  return { received: true };
});
console.log(`listening at ${await server.listen({ port: 0, host: '127.0.0.1' })}`);
