import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { KINDS, type Kind, type SnapshotOf, type StateOf } from '../kinds.js';
import type { AttemptError } from '../normalise/fields.js';
import type { Seen } from '../seen.js';
import { canonical } from './canonical.js';
import { entitlementOf } from './subscription.js';

/** Few values, so that ties and repetitions are common. */
const second = fc.integer({ min: 1, max: 4 });
const amount = fc.constantFrom(0, 100, 300);
const id = (prefix: string) => fc.option(fc.constantFrom(`${prefix}_1`, `${prefix}_2`), { nil: undefined });
const error: fc.Arbitrary<AttemptError | undefined> = fc.option(
  fc.record({
    code: fc.constantFrom('card_declined', 'expired_card'),
    declineCode: fc.constant(undefined),
    charge: id('ch'),
    request: id('req'),
  }),
  { nil: undefined },
);

interface Telling<K extends Kind> {
  readonly kind: K;
  readonly types: readonly string[];
  readonly snapshot: fc.Arbitrary<SnapshotOf<K>>;
}

const paymentIntents: Telling<'payment_intent'> = {
  kind: 'payment_intent',
  types: ['payment_intent.created', 'payment_intent.payment_failed', 'payment_intent.succeeded'],
  snapshot: fc.record({
    status: fc.constantFrom(
      'requires_payment_method',
      'requires_confirmation',
      'requires_action',
      'processing',
      'requires_capture',
      'canceled',
      'succeeded',
    ),
    amount: fc.constant(300),
    currency: fc.constant('eur'),
    amountReceived: amount,
    amountCapturable: amount,
    latestCharge: id('ch'),
    paymentMethod: id('pm'),
    customer: id('cus'),
    userId: id('user'),
    nextAction: fc.constant(undefined),
    error,
    cancellationReason: fc.constant(undefined),
    invoice: fc.constant(undefined),
    deepLink: fc.constant(undefined),
    payment: fc.constant(undefined),
  }),
};
const charges: Telling<'charge'> = {
  kind: 'charge',
  types: ['charge.succeeded', 'charge.refunded'],
  snapshot: fc.record({
    status: fc.constantFrom('pending', 'succeeded', 'failed'),
    amount: fc.constant(300),
    currency: fc.constant('eur'),
    captured: fc.boolean(),
    amountCaptured: amount,
    givenBack: amount,
    disputed: fc.boolean(),
    paymentIntent: id('pi'),
    customer: id('cus'),
    userId: id('user'),
    balanceTransaction: id('txn'),
    failureBalanceTransaction: id('txn_back'),
    failureCode: fc.constant(undefined),
    outcome: fc.constant(undefined),
    outcomeReason: fc.constant(undefined),
    kind: fc.constant('card'),
    brand: fc.constantFrom('visa', undefined),
    last4: fc.constant('4242'),
  }),
};
const refunds: Telling<'refund'> = {
  kind: 'refund',
  types: ['refund.created', 'refund.updated'],
  snapshot: fc.record({
    status: fc.constantFrom('pending', 'requires_action', 'succeeded', 'failed', 'canceled'),
    amount,
    currency: fc.constant('eur'),
    charge: id('ch'),
    paymentIntent: id('pi'),
    userId: id('user'),
    reason: fc.constant(undefined),
    failureReason: fc.constantFrom('declined', undefined),
    balanceTransaction: id('txn'),
    failureBalanceTransaction: id('txn_back'),
  }),
};
const setupIntents: Telling<'setup_intent'> = {
  kind: 'setup_intent',
  types: ['setup_intent.created', 'setup_intent.setup_failed'],
  snapshot: fc.record({
    status: fc.constantFrom(
      'requires_payment_method',
      'requires_confirmation',
      'requires_action',
      'processing',
      'canceled',
      'succeeded',
    ),
    customer: id('cus'),
    paymentMethod: id('pm'),
    latestAttempt: id('setatt'),
    userId: id('user'),
    nextAction: fc.constant(undefined),
    error,
  }),
};
const invoices: Telling<'invoice'> = {
  kind: 'invoice',
  types: ['invoice.payment_failed', 'invoice.paid'],
  snapshot: fc.record({
    status: fc.constantFrom('draft', 'open', 'paid', 'uncollectible', 'void'),
    currency: fc.constant('eur'),
    amountDue: amount,
    amountPaid: amount,
    amountRemaining: amount,
    attempt: fc.integer({ min: 0, max: 3 }),
    nextAttempt: fc.option(second, { nil: undefined }),
    billingReason: fc.constant(undefined),
    customer: id('cus'),
    userId: id('user'),
    subscription: id('sub'),
    paymentIntent: id('pi'),
  }),
};
const payouts: Telling<'payout'> = {
  kind: 'payout',
  types: ['payout.paid'],
  snapshot: fc.record({
    status: fc.constantFrom('pending', 'in_transit', 'paid', 'failed', 'canceled'),
    amount,
    currency: fc.constant('eur'),
    arrival: fc.constant(undefined),
    failureCode: fc.constantFrom('no_account', undefined),
    balanceTransaction: id('txn'),
    failureBalanceTransaction: id('txn_back'),
  }),
};
const customers: Telling<'customer'> = {
  kind: 'customer',
  types: ['customer.updated'],
  snapshot: fc.record({ userId: id('user') }),
};

function seenOf<K extends Kind>({ types, snapshot }: Telling<K>): fc.Arbitrary<Seen<SnapshotOf<K>>> {
  return fc
    .record({ type: fc.constantFrom(...types), created: second, snapshot })
    .map(({ type, created, snapshot: shown }) => ({
      event: { id: 'e', stripeId: 'evt', type, shape: 'snapshot' as const, created },
      snapshot: shown,
    }));
}

function stateAfter<K extends Kind>(kind: K, seen: readonly Seen<SnapshotOf<K>>[]): string {
  const { join } = KINDS[kind];
  return canonical(seen.reduce<StateOf<K> | undefined>((known, each) => join(known, each), undefined));
}

describe('what is known of an object', () => {
  it.each([paymentIntents, charges, refunds, setupIntents, invoices, payouts, customers] as const)(
    'of the kind $kind is the same whatever order events came in, and however often',
    <K extends Kind>(telling: Telling<K>) => {
      const story = fc.array(seenOf(telling), { minLength: 1, maxLength: 6 });
      const otherWay = story.chain((seen) =>
        fc.tuple(
          fc.constant(seen),
          fc.shuffledSubarray([...seen, ...seen], { minLength: seen.length * 2, maxLength: seen.length * 2 }),
        ),
      );
      fc.assert(
        fc.property(otherWay, ([seen, shuffled]) => {
          expect(stateAfter(telling.kind, shuffled)).toBe(stateAfter(telling.kind, seen));
        }),
        { numRuns: 500 },
      );
    },
  );

  it('does not change by being kept as JSON in between', () => {
    const { join } = KINDS.payment_intent;
    fc.assert(
      fc.property(fc.array(seenOf(paymentIntents), { minLength: 1, maxLength: 5 }), (seen) => {
        const kept = seen.reduce<StateOf<'payment_intent'> | undefined>((known, each) => {
          const state = join(known, each);
          return state && (JSON.parse(canonical(state)) as StateOf<'payment_intent'>);
        }, undefined);
        expect(canonical(kept)).toBe(stateAfter('payment_intent', seen));
      }),
    );
  });
});

describe('what a subscription entitles to', () => {
  const subscription: SnapshotOf<'subscription'> = {
    status: 'active',
    customer: 'cus_1',
    userId: undefined,
    cancelAt: undefined,
    cancelAtPeriodEnd: false,
    trialEnd: undefined,
    latestInvoice: undefined,
    periodEnd: 2_000,
    prices: ['price_b', 'price_a', 'price_b'],
  };

  it.each([
    ['incomplete', false],
    ['incomplete_expired', false],
    ['trialing', true],
    ['active', true],
    ['past_due', true],
    ['unpaid', false],
    ['canceled', false],
    ['paused', false],
  ] as const)('while it is %s: %p', (status, entitled) => {
    const until = entitled ? { entitledUntil: 2_000 } : {};
    expect(entitlementOf({ ...subscription, status })).toEqual({
      status,
      entitled,
      ...until,
      prices: ['price_a', 'price_b'],
    });
  });

  it('ends before the period where it was canceled for an earlier day', () => {
    expect(entitlementOf({ ...subscription, cancelAt: 1_500 }).entitledUntil).toBe(1_500);
  });
});
