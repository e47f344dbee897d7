import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DemoNotMade, type HttpCaller, Refused } from './http-caller.js';
import type { Demo } from './local-file.js';

const source = z.object({ id: z.string(), path: z.string() });
const endpoints = z.object({ endpoints: z.array(z.object({ url: z.string() })) });

interface Surroundings {
  readonly payments: HttpCaller;
  readonly sandbox: HttpCaller;
  readonly paymentsUrl: string;
  readonly known: Demo['stripeSource'];
}

/**
 * Sees to it that the demo app takes webhooks of the sandbox's Stripe, and that this posts them there. What the sandbox forgot
 * when it ended is told to it again.
 */
export async function keepStripeSource(surroundings: Surroundings): Promise<NonNullable<Demo['stripeSource']>> {
  const { payments, sandbox, paymentsUrl, known } = surroundings;
  const there = known && (await payments.get(`/v1/stripe-sources/${known.id}`, source));
  const kept = known === undefined || there instanceof Refused ? await makeSource(payments) : known;
  const url = `${paymentsUrl}${kept.path}`;
  const told = await sandbox.get('/v1/stripe/endpoints', endpoints);
  if (told instanceof Refused) throw new DemoNotMade(`the sandbox answered ${told.status} about its Stripe endpoints`);
  if (!told.endpoints.some((endpoint) => endpoint.url === url)) {
    await sandbox.send('POST', '/v1/stripe/endpoints', { url, secret: kept.secret }, z.unknown());
  }
  return kept;
}

async function makeSource(payments: HttpCaller): Promise<NonNullable<Demo['stripeSource']>> {
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const body = { name: 'Sandbox', secrets: [{ secret }] };
  return { ...(await payments.send('POST', '/v1/stripe-sources', body, source)), secret };
}
