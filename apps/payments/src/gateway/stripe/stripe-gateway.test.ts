import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { CredentialReader, Envelope, loadMasterKey, saveCredential } from '@signalbox/credentials';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { insertApp, startSandbox, type TestSandbox, usePostgres } from '@signalbox/testing';
import Stripe from 'stripe';
import { CallLog } from '../../read-stripe/call-log.js';
import { StripeCalls } from '../../read-stripe/stripe-calls.js';
import { StripeClients } from '../../read-stripe/stripe-clients.js';
import { DEADLINES_MS } from '../call-guard.js';
import type { Call } from '../gateway.js';
import { describeGateway, type GatewayHarness } from '../gateway.conformance.js';
import { StripeCustomers } from './stripe-customers.js';
import { StripeGateway } from './stripe-gateway.js';
import { StripeWrites } from './stripe-writes.js';
import { GatewayBreakers } from '../../limits/gateway-breakers.js';

jest.setTimeout(60_000);

const ROUTES = {
  charge: 'POST /v1/payment_intents/:id/confirm',
  capture: 'POST /v1/payment_intents/:id/capture',
  cancel: 'POST /v1/payment_intents/:id/cancel',
  refund: 'POST /v1/refunds',
} as const;
const DECLINED = 77_700;

interface Keys {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly endpoint: { readonly origin: string };
}

const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));
const keys = new Map<Uuid, Keys>();
let sandbox: TestSandbox;
let calls: StripeCalls;
let gateway: StripeGateway;
afterAll(async () => {
  calls.close();
  await sandbox.stop();
});
const postgres = usePostgres();

beforeAll(async () => {
  sandbox = await startSandbox();
  const clients = new StripeClients(postgres.database(), new CredentialReader(envelope));
  const logger = createLogger('payments', 'silent');
  const breakers = new GatewayBreakers(postgres.database(), logger);
  const log = new CallLog(logger, createMetrics('payments'), breakers);
  const writes = new StripeWrites(clients, log, { ...DEADLINES_MS, charge: 1_000, settle: 1_000 });
  calls = new StripeCalls(clients, log, 'read');
  gateway = new StripeGateway(clients, writes, calls, new StripeCustomers(postgres.database(), writes));
});

async function fail(appId: Uuid, fault: object): Promise<void> {
  const faults = [{ times: 1, ...fault, key: keys.get(appId)!.secretKey }];
  await sandbox.control('PUT', '/v1/stripe/behaviour', { faults });
}

function sdkOf(appId: Uuid): Stripe {
  const { secretKey, endpoint } = keys.get(appId)!;
  const { hostname: host, port } = new URL(endpoint.origin);
  return new Stripe(secretKey, { host, port, protocol: 'http' });
}

const sum = <Item>(items: readonly Item[], amount: (item: Item) => number): number =>
  items.reduce((total, item) => total + amount(item), 0);

const harness: GatewayHarness = {
  gateway: () => gateway,
  async makeApp({ unreachable = false } = {}) {
    const id = await insertApp(postgres.database());
    const secretKey = `sk_test_${randomBytes(12).toString('hex')}`;
    const credential = `/v1/stripe/credential?key=${secretKey}`;
    const { publishableKey, endpoint } = await sandbox.control<Keys>('GET', credential);
    const reached = unreachable ? { origin: 'http://127.0.0.1:1' } : endpoint;
    const secret = { secretKey, publishableKey, endpoint: reached };
    keys.set(id, secret);
    await saveCredential(postgres.database(), envelope, { appId: id, provider: 'stripe', secret });
    return id;
  },
  method: (_appId, amount) =>
    Promise.resolve({ kind: 'saved', id: amount === DECLINED ? 'pm_card_chargeDeclined' : 'pm_card_visa' }),
  declinedAmount: DECLINED,
  /** What Stripe captured can be given back at once. */
  settleAll: () => Promise.resolve(),
  async failNext(appId, kind, { when, how }) {
    // The SDK makes a call once more, under its key, whose connection is closed.
    const ending =
      how === 'hang' ? { hang: true } : how === 'disconnect' ? { disconnect: true, times: 2 } : { status: how };
    await fail(appId, { route: ROUTES[kind], after: when === 'after', ...ending });
  },
  limitNext: (appId, kind) => fail(appId, { route: ROUTES[kind], status: 429 }),
  async truth(appId) {
    const sdk = sdkOf(appId);
    const [intents, refunds] = [await sdk.paymentIntents.list({ limit: 100 }), await sdk.refunds.list({ limit: 100 })];
    return {
      sales: intents.data.filter(({ status }) => ['succeeded', 'requires_capture'].includes(status)).length,
      reserved: sum(intents.data, (intent) => intent.amount_capturable),
      taken: sum(intents.data, (intent) => intent.amount_received),
      givenBack: sum(refunds.data, ({ amount }) => amount),
    };
  },
};

describeGateway('Stripe', harness);

describe('Stripe alone', () => {
  it('repeats a 500 for its key for a day: what did not happen is made under another key, and nobody is turned away for it', async () => {
    const appId = await harness.makeApp();
    const reserved = await Promise.all(
      Array.from({ length: 4 }, async (): Promise<Call> => {
        const target = {
          appId,
          paymentId: newUuid(),
          account: '',
          amount: 900,
          currency: 'usd',
          capture: 'manual',
        } as const;
        const opened = await gateway.open({ target, operation: newUuid(), key: newUuid(), orderId: 'o', metadata: {} });
        const ref = opened.kind === 'done' ? opened.value.ref : undefined;
        const method = await harness.method(appId, 900);
        const call = { target: { ...target, ref }, operation: newUuid(), key: newUuid() };
        await gateway.charge({ ...call, key: newUuid(), method, offSession: false });
        return call;
      }),
    );
    await fail(appId, { route: ROUTES.capture, status: 500, sticks: true, times: 4 });
    const lost = await Promise.all(reserved.map((call) => gateway.capture(call)));
    expect(lost.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    const found = await Promise.all(
      reserved.map((call) => gateway.settle({ kind: 'capture', call, ageMs: 5_000, asked: 1 })),
    );
    expect(found.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done']);
    expect(await harness.truth(appId)).toMatchObject({ reserved: 0, taken: 3_600 });
  });
});
