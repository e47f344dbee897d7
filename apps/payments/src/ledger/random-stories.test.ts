import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { useLedger } from './ledger.harness.js';
import { PlayedAccount, type DisputeEnd, type PayoutEnd, type RefundEnd } from './played-account.harness.js';

const amount = fc.integer({ min: 100, max: 50_000 });
const which = fc.nat(5);
type Happening = (account: PlayedAccount) => void;
const happens = <Value>(arbitrary: fc.Arbitrary<Value>, act: (account: PlayedAccount, value: Value) => void) =>
  arbitrary.map(
    (value): Happening =>
      (account) =>
        act(account, value),
  );
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: happens(fc.tuple(amount, fc.constantFrom('eur', 'gbp')), (account, value) => account.pay(...value)),
  },
  { weight: 1, arbitrary: happens(amount, (account, value) => account.decline(value)) },
  { weight: 2, arbitrary: happens(fc.tuple(amount, fc.nat(3)), (account, value) => account.hold(...value)) },
  {
    weight: 3,
    arbitrary: happens(
      fc.tuple(which, fc.constantFrom<RefundEnd>('succeeds', 'fails', 'waits', 'canceled', 'canceled_unfunded')),
      (account, value) => account.refund(...value),
    ),
  },
  {
    weight: 2,
    arbitrary: happens(
      fc.tuple(which, fc.constantFrom<DisputeEnd>('inquiry', 'lost', 'won', 'partly_reinstated')),
      (account, value) => account.dispute(...value),
    ),
  },
  {
    weight: 2,
    arbitrary: happens(
      fc.tuple(amount, fc.constantFrom<PayoutEnd>('paid', 'failed', 'failed_after_paid', 'canceled')),
      (account, value) => account.payout(...value),
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
        for (const happen of story) happen(account);
        for (const object of account.present) stage.stripe.objects.set(object.id, object);
        /** Stripe's books as they were at a time. */
        const openBooks = (time: number): void => {
          for (const [source, entries] of account.entries)
            stage.books.entries.set(
              source,
              entries.filter(({ created }) => created <= time),
            );
        };
        openBooks(Infinity);
        const place = (index: number): number => (inOrder ? index : places[index % places.length]!);
        const order = account.events.map((event, index) => ({ event, at: place(index) })).sort((a, b) => a.at - b.at);
        for (const [index, { event }] of order.entries()) {
          const twin = places[index % places.length]! % 5 === 0 ? [{ ...event, id: `${event.id}_again` }] : [];
          if (inOrder) openBooks(event.created!);
          await stage.tell(appId, event, ...twin);
          if (places[index % places.length]! % 4 === 0) await stage.book(appId);
          expect(await stage.violations()).toEqual([]);
          steps += 1;
        }
        await stage.book(appId);
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
