import { randomUUID } from 'node:crypto';
import { eventually } from '@signalbox/process-control';
import { endpointOf } from '../make-app.ts';
import type { Stage } from '../stage.ts';
import { UNDECIDED } from './payments.queries.ts';

/** Of the app's user who buys. */
const BUYER = 'somebody';

/** A payment as Stripe has it. */
interface Intent {
  readonly id: string;
  readonly latest_charge: string;
}

interface Destination {
  readonly id: string;
  readonly url: string;
}

/** The rows that a query answers. */
export async function rowsOf<Row>(stage: Stage, sql: string, params: unknown[] = []): Promise<readonly Row[]> {
  return (await stage.database((connection) => connection.query<Row>(sql, params))).rows;
}

/** Looks every so many milliseconds until it is so. @throws when it is not within most of a minute: what was put right is not. */
export function until(isSo: () => Promise<boolean>, every = 500): Promise<unknown> {
  return eventually(isSo, { within: 45_000, every });
}

/** The path of Stripe's event destination for the app. One that Stripe forgot, since the sandbox was started anew, is made again. */
export async function destinationOf(stage: Stage): Promise<string> {
  const path = '/v1/stripe/endpoints';
  const { endpoints } = await stage.control<{ endpoints: Destination[] }>('GET', path);
  const known = endpoints.find((each) => each.url === stage.app.stripe.webhookUrl);
  const { id } = known ?? (await stage.control<Destination>('POST', path, endpointOf(stage.app.stripe)));
  return `${path}/${id}`;
}

/** What is not taken Stripe sends again for three days: here each second, so that nothing is given up while a trouble lasts. */
export async function sendAgainAndAgain(stage: Stage): Promise<string> {
  const destination = await destinationOf(stage);
  await stage.control('PUT', `${destination}/behaviour`, { retries: { attempts: 50, firstMs: 500, maxMs: 1_000 } });
  return destination;
}

/** A customer pays at Stripe, which tells us of it in several webhooks; or the money is only reserved. */
export async function pay(stage: Stage, outcome: 'succeeded' | 'requires_capture' = 'succeeded'): Promise<Intent> {
  await destinationOf(stage);
  return stage.control('POST', '/v1/stripe/payments', { key: stage.app.stripe.secretKey, userId: BUYER, outcome });
}

/** Something happens at Stripe that we are told of. */
export async function happen(stage: Stage, event: object): Promise<{ readonly id: string }> {
  await destinationOf(stage);
  return stage.control('POST', '/v1/stripe/events', { key: stage.app.stripe.secretKey, ...event });
}

interface StripeCredential {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly endpoint: { readonly origin: string };
}

function credentialOf(stage: Stage): Promise<StripeCredential> {
  return stage.control('GET', `/v1/stripe/credential?key=${stage.app.stripe.secretKey}`);
}

/** Resolves when each event that Stripe has was taken, and worked on. */
export async function untilAllIsKnown(stage: Stage): Promise<void> {
  const { secretKey, endpoint } = await credentialOf(stage);
  await until(async () => {
    const headers = { authorization: `Bearer ${secretKey}` };
    const answer = await fetch(`${endpoint.origin}/v1/events?limit=100`, { headers });
    const { data } = (await answer.json()) as { data: { pending_webhooks: number }[] };
    const isTaken = data.every((event) => event.pending_webhooks === 0);
    return isTaken && (await rowsOf(stage, UNDECIDED)).length === 0;
  });
}

/** Puts the app's keys of Stripe once more, as who was given new ones does. */
export async function putKeysAgain(stage: Stage): Promise<void> {
  const { secretKey, publishableKey, endpoint } = await credentialOf(stage);
  const credential = { secretKey, publishableKey, endpoint };
  await stage.asOperator('auth', 'PUT', `/v1/apps/${stage.app.id}/credentials/stripe`, credential);
}

/** Asks as the app's backend for something about money that was not asked for before. @throws when it is refused. */
export function wish<Body>(stage: Stage, path: string, body: object): Promise<Body> {
  return stage.asApp('payments', 'POST', path, body, { 'idempotency-key': randomUUID() });
}

/** Whether a sheet for a new order is shown. */
export async function isSheetShown(stage: Stage): Promise<boolean> {
  const order = { orderId: randomUUID(), amount: 1_299, currency: 'eur', userId: BUYER };
  return wish(stage, '/v1/payment-sheets', order).then(
    () => true,
    () => false,
  );
}
