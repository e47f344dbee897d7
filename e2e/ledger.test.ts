import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, usePostgres, useRedis } from '@signalbox/testing';
import { ledgerBalance, ledgerViolations, stripeBalance } from './ledger-books.js';
import { openStripeWork, storedEvents } from './stripe-facts.js';
import { openShop, type StripeShop } from './stripe-shop.js';
import { type Stack, startStack } from './stack.js';

interface Named {
  readonly id: string;
}
interface Paid extends Named {
  readonly latest_charge: string;
}

/**
 * A shop's whole year with money at the sandbox's Stripe, over its own API. The ledger hears of it by webhooks alone, and of the fees by
 * asking; what the sandbox says that it holds was computed without either.
 */
describe('the ledger beside the books of Stripe', () => {
  let stack: Stack;
  let shop: StripeShop;
  afterAll(async () => {
    await shop.payments.stop();
    await stack.stop();
  }, 30_000);
  const postgres = usePostgres();
  const redis = useRedis();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis.url() });
    shop = await openShop(stack);
    const rates = { gbp: 1.17, jpy: 0.0061 };
    await shop.control('PUT', 'account', { key: 'sk_test_sellsAtTheSandbox', settlement: { currency: 'eur', rates } });
  }, 60_000);

  const pay = (amount: number, currency: string, more: Record<string, string> = {}): Promise<Paid> =>
    shop.callStripe('POST', '/v1/payment_intents', {
      ...{ amount: String(amount), currency, confirm: 'true', payment_method: 'pm_card_visa', ...more },
      'payment_method_types[]': 'card',
    });
  const refund = (charge: string, more: Record<string, string> = {}): Promise<Named> =>
    shop.callStripe('POST', '/v1/refunds', { charge, ...more });
  const happens = (path: string, body: object): Promise<Named> => shop.control('POST', path, body) as Promise<Named>;

  /** What Stripe told is worked off, and what it has in its books is posted. */
  async function settled(): Promise<void> {
    const events = await shop.events();
    const database = postgres.database();
    const missing = async () => {
      const stored = new Set(await storedEvents(database));
      return events.filter((id) => !stored.has(id));
    };
    await eventually(async () => expect(await missing()).toEqual([]), { within: 20_000 });
    await eventually(async () => expect(await openStripeWork(database)).toBe(0), { within: 30_000 });
  }

  /** The ledger is whole, and holds what Stripe holds. */
  async function agree(): Promise<Record<string, number>> {
    await settled();
    expect(await ledgerViolations(postgres.database())).toEqual([]);
    const balance = await stripeBalance(shop);
    expect(await ledgerBalance(postgres.database())).toEqual(balance);
    return balance;
  }

  it('holds what Stripe holds after captures, with their fees', async () => {
    await pay(10_000, 'eur');
    const held = await pay(5_000, 'eur', { capture_method: 'manual' });
    await shop.callStripe('POST', `/v1/payment_intents/${held.id}/capture`, { amount_to_capture: '3000' });
    const gone = await pay(4_000, 'eur', { capture_method: 'manual' });
    await shop.callStripe('POST', `/v1/payment_intents/${gone.id}/cancel`);
    expect(await agree()).toEqual({ eur: 10_000 - 320 + 3_000 - 117 });
  }, 60_000);

  it('holds it in the currency that the account is settled in, wherever customers pay', async () => {
    const { latest_charge: inPounds } = await pay(2_000, 'gbp');
    await pay(500_000, 'jpy');
    await refund(inPounds, { amount: '700' });
    expect(Object.keys(await agree())).toEqual(['eur']);
  }, 60_000);

  it('holds it after refunds that arrive, wait, fail and are canceled', async () => {
    const { latest_charge: charge } = await pay(20_000, 'eur');
    await refund(charge, { amount: '1000' });
    const failing = await refund(charge, { amount: '2000' });
    await happens(`refunds/${failing.id}/settle`, { outcome: 'fail' });
    const slow = await pay(6_000, 'eur', { payment_method: 'pm_card_pendingRefund' });
    const arriving = await refund(slow.latest_charge, { amount: '100' });
    await happens(`refunds/${arriving.id}/settle`, { outcome: 'succeed' });
    const canceled = await refund(slow.latest_charge, { amount: '200' });
    await shop.callStripe('POST', `/v1/refunds/${canceled.id}/cancel`);
    await agree();
  }, 60_000);

  it('holds it after disputes that are lost, won, reinstated, and only asked about', async () => {
    const disputed = async (currency: string, kind = 'fraudulent'): Promise<Named> =>
      happens('disputes', { charge: (await pay(8_000, currency)).latest_charge, kind });
    await happens(`disputes/${(await disputed('eur')).id}/decide`, { outcome: 'lost' });
    await happens(`disputes/${(await disputed('gbp')).id}/decide`, { outcome: 'won' });
    const lost = await disputed('gbp');
    await happens(`disputes/${lost.id}/decide`, { outcome: 'lost' });
    await happens(`disputes/${lost.id}/decide`, { outcome: 'reinstated' });
    const asked = await disputed('eur', 'inquiry');
    await happens(`disputes/${asked.id}/decide`, { outcome: 'lost' });
    await happens(`disputes/${(await disputed('eur', 'inquiry')).id}/decide`, { outcome: 'escalated' });
    await agree();
  }, 60_000);

  it('holds it after payouts that arrive, fail, and fail after they arrived', async () => {
    const payout = (amount: number): Promise<Named> =>
      shop.callStripe('POST', '/v1/payouts', { amount: String(amount), currency: 'eur' });
    await payout(1_000);
    const [arrived, failed, late] = [await payout(2_000), await payout(3_000), await payout(4_000)];
    for (const { id } of [arrived, late]) await happens(`payouts/${id}/settle`, { outcome: 'succeed' });
    for (const { id } of [failed, late]) await happens(`payouts/${id}/settle`, { outcome: 'fail' });
    await agree();
  }, 60_000);

  it('posts a fee when Stripe answers again; nothing else waited for it', async () => {
    await shop.control('PUT', 'behaviour', { faults: [{ route: 'GET /v1/balance_transactions', status: 500 }] });
    const before = await ledgerBalance(postgres.database());
    await pay(1_000, 'eur');
    await eventually(
      async () => expect(await ledgerBalance(postgres.database())).toEqual({ eur: before['eur']! + 1_000 }),
      { within: 20_000 },
    );
    expect(await ledgerViolations(postgres.database())).toEqual([]);
    await shop.control('DELETE', 'behaviour');
    expect(await agree()).toEqual({ eur: before['eur']! + 1_000 - 59 });
  }, 90_000);
});
