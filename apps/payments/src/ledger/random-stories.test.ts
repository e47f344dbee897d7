import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { useLedger } from './ledger.harness.js';
import { PlayedAccount } from './played-account.harness.js';

const amount = fc.integer({ min: 100, max: 50_000 });
const which = fc.nat(5);
const happening: fc.Arbitrary<(account: PlayedAccount) => void> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(amount, fc.constantFrom('eur', 'gbp')).map(
      ([a, c]) =>
        (x) =>
          x.pay(a, c),
    ),
  },
  { weight: 1, arbitrary: amount.map((a) => (x: PlayedAccount) => x.decline(a)) },
  {
    weight: 2,
    arbitrary: fc.tuple(amount, fc.nat(3)).map(
      ([a, parts]) =>
        (x) =>
          x.hold(a, parts),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(which, fc.constantFrom('succeeds', 'fails', 'waits', 'canceled', 'canceled_unfunded')).map(
      ([w, end]) =>
        (x) =>
          x.refund(w, end),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(which, fc.constantFrom('inquiry', 'lost', 'won', 'partly_reinstated')).map(
      ([w, end]) =>
        (x) =>
          x.dispute(w, end),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(amount, fc.constantFrom('paid', 'failed', 'failed_after_paid', 'canceled')).map(
      ([a, end]) =>
        (x) =>
          x.payout(a, end),
    ),
  },
);

/** A story, and the numbers by which its events are put in another order, some of them told twice. */
const telling = fc.record({
  story: fc.array(happening, { minLength: 1, maxLength: 10 }),
  places: fc.array(fc.nat(1_000), { minLength: 120, maxLength: 120 }),
  inOrder: fc.boolean(),
});

let names = 0;

describe('a random story of an account', () => {
  const stage = useLedger();

  it('ends in the balance that Stripe has, and sums to zero at every step, in any order', async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(telling, async ({ story, places, inOrder }) => {
        const appId = stage.newApp();
        const account = new PlayedAccount(`r${(names += 1)}`);
        for (const happens of story) happens(account);
        for (const object of account.present) stage.stripe.objects.set(object.id, object);
        for (const [source, entries] of account.entries) stage.books.entries.set(source, entries);
        const place = (index: number): number => (inOrder ? index : places[index % places.length]!);
        const order = account.events.map((event, index) => ({ event, at: place(index) })).sort((a, b) => a.at - b.at);
        for (const [index, { event }] of order.entries()) {
          const twin = places[index % places.length]! % 5 === 0 ? [{ ...event, id: `${event.id}_again` }] : [];
          await stage.tell(appId, event, ...twin);
          if (places[index % places.length]! % 4 === 0) await stage.book();
          expect(await stage.violations()).toEqual([]);
          steps += 1;
        }
        await stage.book();
        expect(await stage.violations()).toEqual([]);
        const balances = Object.entries(await stage.balances(appId));
        const atGateway = balances.filter(([name]) => name.startsWith('gateway_balance '));
        const atStripe = [...account.balance].filter(([, sum]) => sum !== 0);
        expect(atGateway).toEqual(atStripe.map(([currency, sum]) => [`gateway_balance ${currency}`, sum]));
      }),
      { numRuns: 40 },
    );
    expect(steps).toBeGreaterThan(200);
  }, 180_000);
});
