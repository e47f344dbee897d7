import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { handlerOf } from '../handlers/index.js';
import type { Kind } from '../kinds.js';
import { normalise } from '../observe.js';
import { UnknownShape } from './unknown-shape.js';

const CORPUS = new URL('corpus/', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, CORPUS), 'utf8'));
/** What an event shows of its object; what is undefined does not count. */
const snapshotOf = (file: string) => {
  const { type, api_version: version, data } = read(`events/${file}.json`);
  return normalise(handlerOf(type)!.kind, data.object, version);
};
/** Where an object does not look as its version says. */
function unknownAt(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof UnknownShape ? error.path : String(error);
  }
}

describe('an object in the shape of its API version', () => {
  const events: Record<string, object> = {
    '2020-08-27.payment_intent.payment_failed': {
      status: 'requires_payment_method',
      amount: 2_000,
      currency: 'usd',
      amountReceived: 0,
      amountCapturable: 0,
      latestCharge: 'ch_2',
      customer: 'cus_1',
      userId: 'user_1',
      error: { code: 'card_declined', declineCode: 'insufficient_funds', charge: 'ch_2' },
    },
    '2020-08-27.customer.subscription.updated': {
      status: 'active',
      customer: 'cus_1',
      cancelAtPeriodEnd: false,
      latestInvoice: 'in_1',
      periodEnd: 1_612_137_600,
      prices: ['price_gold', 'plan_old'],
    },
    '2022-11-15.payment_intent.succeeded': {
      status: 'succeeded',
      amount: 2_000,
      currency: 'usd',
      amountReceived: 2_000,
      amountCapturable: 0,
      latestCharge: 'ch_1',
      paymentMethod: 'pm_1',
      invoice: 'in_1',
    },
    '2022-11-15.invoice.payment_failed': {
      status: 'open',
      currency: 'usd',
      amountDue: 2_000,
      amountPaid: 0,
      amountRemaining: 2_000,
      attempt: 2,
      nextAttempt: 1_672_790_400,
      billingReason: 'subscription_cycle',
      customer: 'cus_1',
      subscription: 'sub_1',
      paymentIntent: 'pi_1',
    },
    '2024-09-30.acacia.invoice.paid': {
      status: 'paid',
      currency: 'usd',
      amountDue: 2_000,
      amountPaid: 2_000,
      amountRemaining: 0,
      attempt: 1,
      billingReason: 'subscription_create',
      customer: 'cus_1',
      userId: 'user_1',
      subscription: 'sub_1',
      paymentIntent: 'pi_1',
    },
    '2025-03-31.basil.customer.subscription.updated': {
      status: 'past_due',
      customer: 'cus_1',
      userId: 'user_1',
      cancelAtPeriodEnd: false,
      latestInvoice: 'in_1',
      periodEnd: 1_775_001_600,
      prices: ['price_month', 'price_year'],
    },
    '2025-03-31.basil.invoice.payment_failed': {
      status: 'open',
      currency: 'usd',
      amountDue: 2_000,
      amountPaid: 0,
      amountRemaining: 2_000,
      attempt: 4,
      billingReason: 'subscription_cycle',
      customer: 'cus_1',
      userId: 'user_1',
      subscription: 'sub_1',
    },
    '2026-10-28.endive.payment_intent.requires_action': {
      status: 'requires_action',
      amount: 2_000,
      currency: 'usd',
      amountReceived: 0,
      amountCapturable: 0,
      paymentMethod: 'pm_1',
      customer: 'cus_1',
      nextAction: 'redirect_to_url',
    },
    '2026-10-28.endive.invoice_payment.paid': {
      status: 'paid',
      currency: 'usd',
      amountPaid: 2_000,
      invoice: 'in_1',
      paymentIntent: 'pi_1',
    },
  };

  it.each(Object.entries(events))('%s reads as one of ours', (file, expected) => {
    expect(JSON.parse(JSON.stringify(snapshotOf(file)))).toEqual(expected);
  });

  it('knows every event body of the corpus', () => {
    const files = readdirSync(new URL('events', CORPUS)).map((file) => file.replace('.json', ''));
    expect(files.sort()).toEqual(Object.keys(events).sort());
  });

  it.each(readdirSync(new URL('openapi', CORPUS)))(
    "Stripe's own fixture %s reads in the newest shape, without a person in it",
    (file) => {
      const snapshot = normalise(file.replace('.json', '') as Kind, read(`openapi/${file}`), undefined);
      expect(JSON.stringify(snapshot)).not.toMatch(/jenny|example[.]com|Fake Street/i);
      expect(snapshot).toMatchSnapshot();
    },
  );
});

describe('an object in no shape that its version has', () => {
  const paymentIntent = read('events/2022-11-15.payment_intent.succeeded.json').data.object;
  const subscription = read('events/2025-03-31.basil.customer.subscription.updated.json').data.object;

  it.each([
    [
      'a field that is gone',
      'payment_intent',
      { ...paymentIntent, latest_charge: undefined },
      '2022-11-15',
      '$.latest_charge',
    ],
    ['a shape of another time', 'payment_intent', paymentIntent, '2020-08-27', '$.charges'],
    [
      'a status that nobody knows',
      'payment_intent',
      { ...paymentIntent, status: 'pondering' },
      '2022-11-15',
      '$.status',
    ],
    ['text where a number was', 'payment_intent', { ...paymentIntent, amount: '2000' }, '2022-11-15', '$.amount'],
    ['a fraction of a cent', 'payment_intent', { ...paymentIntent, amount: 0.5 }, '2022-11-15', '$.amount'],
    ['a version without a date', 'payment_intent', paymentIntent, 'unicorn', '$'],
    ['a text that no database keeps', 'payment_intent', { ...paymentIntent, currency: 'e\u0000r' }, '2022-11-15', '$'],
    [
      'something deep inside',
      'subscription',
      { ...subscription, items: { data: [subscription.items.data[0], { price: { id: 'price_1' } }] } },
      '2025-03-31.basil',
      '$.items.data[1].current_period_end',
    ],
  ] as const)('with %s is refused at the very place', (_why, kind, object, version, path) => {
    expect(unknownAt(() => normalise(kind, object, version))).toBe(path);
  });

  it('is read in the newest shape where Stripe names no version', () => {
    expect(unknownAt(() => normalise('payment_intent', paymentIntent, undefined))).toBeUndefined();
  });

  it('a payment names its invoice in more than one way', () => {
    const named = (order_reference: string | null) =>
      normalise(
        'payment_intent',
        { ...paymentIntent, invoice: undefined, payment_details: { order_reference } },
        undefined,
      );
    expect(named('in_1SVWoDDwzgQ85STg31e2Dg')).toHaveProperty('invoice', 'in_1SVWoDDwzgQ85STg31e2Dg');
    expect(named('order-77')).toHaveProperty('invoice', undefined);
    expect(named(null)).toHaveProperty('invoice', undefined);
  });

  it('a user id that no service takes names nobody', () => {
    const object = { ...paymentIntent, metadata: { signalbox_user_id: 'u'.repeat(257) } };
    expect(normalise('payment_intent', object, '2022-11-15')).toHaveProperty('userId', undefined);
  });
});
