import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { firstUuidAt, formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { CredentialReader } from '@signalbox/credentials';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { DEADLINES_MS } from '../call-guard.js';
import { describeGateway, type GatewayHarness } from '../gateway.conformance.js';
import type { Call, PaymentTarget } from '../gateway.js';
import { BraintreeCallLog } from './braintree-call-log.js';
import { BraintreeCalls } from './braintree-calls.js';
import { BraintreeClients } from './braintree-clients.js';
import { BraintreeGateway } from './braintree-gateway.js';
import { useBraintreeSandbox } from './braintree-sandbox.harness.js';
import { GatewayBreakers } from '../../limits/gateway-breakers.js';

jest.setTimeout(60_000);
const sandbox = useBraintreeSandbox();
let clients: BraintreeClients;
afterAll(() => clients.close());
const postgres = usePostgres();
let gateway: BraintreeGateway;
const logger = createLogger('payments', 'silent');

beforeAll(() => {
  clients = new BraintreeClients(postgres.database(), new CredentialReader(sandbox.envelope));
  const deadlines = { ...DEADLINES_MS, charge: 1_000, settle: 1_000 };
  const breakers = new GatewayBreakers(postgres.database(), logger);
  const log = new BraintreeCallLog(logger, createMetrics('payments'), breakers);
  gateway = new BraintreeGateway(new BraintreeCalls(clients, log, deadlines));
});

const ROUTES = {
  charge: 'POST /transactions',
  capture: 'PUT /transactions/:id/submit_for_settlement',
  cancel: 'PUT /transactions/:id/void',
  refund: 'POST /transactions/:id/refund',
} as const;
const MONEY_IS_THERE = ['submitted_for_settlement', 'settling', 'settlement_pending', 'settled'];
const cents = (amount: string): number => Math.round(Number(amount) * 100);

const harness: GatewayHarness = {
  gateway: () => gateway,
  async makeApp({ unreachable = false } = {}) {
    const change = unreachable ? { endpoint: { origin: 'http://127.0.0.1:1' } } : {};
    return (await sandbox.makeApp(postgres.database(), change)).id;
  },
  method: async (appId) => ({ kind: 'nonce', id: await sandbox.nonce(appId) }),
  declinedAmount: 200_000,
  async settleAll(appId) {
    await sandbox.settleAll(appId);
  },
  async failNext(appId, kind, { when, how }) {
    const ending =
      how === 'hang' ? { hang: true as const } : how === 'disconnect' ? { disconnect: true as const } : { status: how };
    await sandbox.fail(appId, { route: ROUTES[kind], after: when === 'after', ...ending });
  },
  async limitNext(appId, kind) {
    await sandbox.fail(appId, { route: ROUTES[kind], status: 429 });
  },
  async truth(appId) {
    const all = await sandbox.transactions(appId);
    const sum = (type: string, statuses: readonly string[]): number =>
      all
        .filter((each) => each.type === type && statuses.includes(each.status))
        .reduce((total, { amount }) => total + cents(amount), 0);
    const moving = [...MONEY_IS_THERE, 'authorized'];
    return {
      sales: all.filter(({ type, status }) => type === 'sale' && moving.includes(status)).length,
      reserved: sum('sale', ['authorized']),
      taken: sum('sale', MONEY_IS_THERE),
      givenBack: sum('credit', MONEY_IS_THERE),
    };
  },
};

describeGateway('Braintree', harness);

describe('Braintree alone', () => {
  const targetOf = (appId: Uuid, change: Partial<PaymentTarget> = {}): PaymentTarget => ({
    appId,
    paymentId: newUuid(),
    account: '',
    amount: 1_050,
    currency: 'usd',
    capture: 'automatic',
    ...change,
  });
  const called = (target: PaymentTarget, operation = newUuid()): Call => ({ target, operation, key: 'k' });
  const charge = async (target: PaymentTarget, operation?: Uuid) =>
    gateway.charge({
      ...called(target, operation),
      method: { kind: 'nonce', id: await sandbox.nonce(target.appId) },
      offSession: false,
    });
  async function charged(appId: Uuid, change: Partial<PaymentTarget> = {}): Promise<PaymentTarget & { ref: string }> {
    const target = targetOf(appId, change);
    const outcome = await charge(target);
    if (outcome.kind !== 'done') throw new Error(`the charge was ${outcome.kind}`);
    return { ...target, ref: outcome.value.ref! };
  }

  it('sells under the operation’s id, in the merchant account of the currency', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const operation = newUuid();
    await charge(targetOf(app, { currency: 'eur', capture: 'manual' }), operation);
    expect(await sandbox.transactions(app)).toMatchObject([
      {
        status: 'authorized',
        amount: '10.50',
        orderId: formatId('operation', operation),
        merchantAccountId: sandbox.keysOf(app).merchantAccounts?.['eur'],
      },
    ]);
  });

  it('charges no currency that no merchant account is named for: the default one has another', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const refused = { kind: 'refused', code: 'no_merchant_account' };
    expect(await charge(targetOf(app, { currency: 'sek' }))).toMatchObject(refused);
    const open = { ...called(targetOf(app, { currency: 'sek' })), orderId: 'o', metadata: {} };
    expect(await gateway.open(open)).toMatchObject(refused);
    expect(await sandbox.transactions(app)).toEqual([]);
  });

  it('charges a payment once', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const target = await charged(app);
    expect(await charge(target)).toMatchObject({ kind: 'refused', code: 'already_charged' });
    expect(await sandbox.transactions(app)).toHaveLength(1);
  });

  it('does not sell for an operation that was begun long ago: it may count as not happened', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const longAgo = firstUuidAt(Date.now() - 60_000);
    expect(await charge(targetOf(app), longAgo)).toMatchObject({ kind: 'not_done', reason: 'too_late' });
    const target = await charged(app);
    expect(await gateway.refund(called(target, longAgo))).toMatchObject({ kind: 'not_done', reason: 'too_late' });
    expect(await sandbox.transactions(app)).toHaveLength(1);
  });

  it('does not call a sale missing while it may be under way or its search behind', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const target = targetOf(app);
    const call = called(target);
    const settle = (ageMs: number) => gateway.settle({ kind: 'charge', call, ageMs, asked: 1 });
    expect(await settle(119_000)).toMatchObject({ kind: 'later', reason: 'may_still_arrive', retryAfterMs: 1_000 });
    expect(await settle(120_000)).toEqual({ kind: 'not_happened' });
    await sandbox.lagSearches(600_000);
    await charge(target, call.operation);
    expect((await settle(60_000)).kind).toBe('later');
    await sandbox.lagSearches(0);
    expect(await settle(60_000)).toMatchObject({ kind: 'done', value: { status: 'succeeded' } });
  });

  it('finds a declined sale, and says what the bank said', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const target = targetOf(app, { amount: 200_100 });
    const call = called(target);
    const declined = { kind: 'declined', code: 'processor_declined', declineCode: '2001' };
    expect(await charge(target, call.operation)).toEqual(declined);
    expect(await gateway.settle({ kind: 'charge', call, ageMs: 5_000, asked: 1 })).toEqual(declined);
  });

  it('voids what is given back whole before it settles, and refuses a part with the remedy', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const target = await charged(app);
    expect(await gateway.refund({ ...called(target), amount: 400 })).toMatchObject({
      kind: 'refused',
      code: 'not_settled',
      detail: expect.stringContaining('next day'),
    });
    const call = { ...called(target), amount: 1_050 };
    const refund = { kind: 'done', value: { ref: target.ref, status: 'succeeded', amount: 1_050 } };
    expect(await gateway.refund(call)).toEqual(refund);
    expect(await gateway.settle({ kind: 'refund', call, ageMs: 5_000, asked: 1 })).toEqual(refund);
    expect(await sandbox.transactions(app)).toMatchObject([{ status: 'voided' }]);
  });

  it('gives back parts of what has settled, each under its operation', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const target = await charged(app);
    await sandbox.settleAll(app);
    const first = called(target);
    expect(await gateway.refund({ ...first, amount: 400 })).toMatchObject({ kind: 'done', value: { amount: 400 } });
    expect((await gateway.refund(called(target))).kind).toBe('done');
    const refunds = (await sandbox.transactions(app)).filter(({ type }) => type === 'credit');
    expect(refunds.map(({ amount }) => amount)).toEqual(['4.00', '6.50']);
    expect(refunds[0]?.orderId).toBe(formatId('operation', first.operation));
  });

  it('cancels at once what was never charged', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const canceled = { kind: 'done', value: { status: 'canceled', amountReceived: 0, amountCapturable: 0 } };
    expect(await gateway.cancel(called(targetOf(app)))).toEqual(canceled);
  });

  it('makes a client token for a sheet, for the customer where there is one', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    const customer = await gateway.customer({ appId: app, account: '', userId: 'ada', details: { name: 'Ada' } });
    const { ref } = customer.kind === 'done' ? customer.value : { ref: '' };
    expect(ref).toMatch(/^sbx_[0-9a-f]{32}$/);
    const sheet = await gateway.sheet({ target: targetOf(app), customer: ref });
    expect(sheet).toMatchObject({
      kind: 'found',
      value: {
        state: { status: 'requires_payment_method' },
        secrets: { gateway: 'braintree', clientToken: expect.any(String), amountDecimal: '10.50' },
      },
    });
    expect(await gateway.sheet({ target: targetOf(app), customer: 'nobody' })).toMatchObject({
      kind: 'later',
      reason: 'client_token_refused',
    });
  });

  it('turns an app’s charges away when Braintree does not answer them, and nothing else', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database());
    await sandbox.fail(app, { route: 'POST /transactions', status: 503, times: 100 });
    for (let turn = 0; turn < 5; turn += 1) expect((await charge(targetOf(app))).kind).toBe('unknown');
    expect(await charge(targetOf(app))).toMatchObject({ kind: 'not_done', reason: 'breaker_open' });
    expect(gateway.turnsAway(app, 'charge')).toBeGreaterThan(0);
    expect(gateway.turnsAway(app, 'settle')).toBeUndefined();
    await sandbox.fail(app);
    const { id: other } = await sandbox.makeApp(postgres.database());
    expect((await charge(targetOf(other))).kind).toBe('done');
  });

  it('does nothing with keys that Braintree does not know', async () => {
    const { id: app } = await sandbox.makeApp(postgres.database(), { privateKey: 'nobodys_private_key' });
    const target = targetOf(app);
    const method = { kind: 'saved', id: 'x' } as const;
    const outcome = await gateway.charge({ ...called(target), method, offSession: true });
    expect(outcome).toMatchObject({ kind: 'not_done', reason: 'keys_refused' });
  });
});
