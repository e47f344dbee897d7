import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { firstUuidAt, newUuid, type PaymentView, type Uuid } from '@signalbox/contracts';
import { Payments } from '../payments/payments.js';
import { useProcess, type Logged, type ToldEvent } from './process.harness.js';
import { canonical } from './states/canonical.js';
import { disputed, dunning, inParts, moving, paidOut, payment, refunded, type Story } from './stories.harness.js';

const LEDGER_INVARIANT = readFileSync(new URL('../../../../prisma/invariants/ledger.sql', import.meta.url), 'utf8');

/** Every order of the numbers below `length`. */
function permutations(length: number): number[][] {
  if (length === 0) return [[]];
  return permutations(length - 1).flatMap((shorter) =>
    Array.from({ length }, (_, place) => [...shorter.slice(0, place), length - 1, ...shorter.slice(place)]),
  );
}

/** One telling of a story, under names of its own. */
interface Telling {
  readonly x: string;
  readonly order: readonly number[];
  readonly events: readonly ToldEvent[];
  /** Stripe is always as far as the end of the story, or only as far as what it told. */
  readonly isAhead: boolean;
}

describe('events of an object in any order', () => {
  const stage = useProcess();

  it.each([payment, refunded, disputed, dunning, moving, inParts, paidOut])(
    '$name ends as it happened, told in any order, doubled and at once',
    async (story) => {
      const appId = newUuid();
      const inOrder = tellingOf(
        story,
        'inorder',
        story.events('').map((_, number) => number),
        false,
      );
      const others = permutations(inOrder.events.length).map((order, index) =>
        tellingOf(story, `p${index}q`, order, index % 2 === 0),
      );
      await tellAll(appId, story, [inOrder, ...others]);

      const open = await stage.sql(
        'SELECT FROM stripe_inbox i JOIN stripe_event e ON e.id = i.event WHERE e.app_id = $1',
        [appId],
      );
      expect(open).toEqual([]);
      const endOf = await ends(appId, story);
      const { facts, ...expected } = endOf(inOrder);
      expect(expected.lasting.every((told) => told.length > 0)).toBe(true);
      expect(await stage.sql(LEDGER_INVARIANT, [firstUuidAt(0)])).toEqual([]);
      for (const telling of others) {
        const order = telling.order.join('');
        const { facts: told, ...end } = endOf(telling);
        expect({ order, ...end }).toEqual({ order, ...expected });
        // Late news does not speak, and none is made up.
        expect({ order, madeUp: told.filter((fact) => !facts.includes(fact)) }).toEqual({ order, madeUp: [] });
      }
    },
    120_000,
  );

  function tellingOf(story: Story, x: string, order: readonly number[], isAhead: boolean): Telling {
    const events = story.events(x).map((event, number) => ({ ...event, id: `evt_${x}_${number}` }));
    return { x, order, events, isAhead };
  }

  /**
   * Tells all tellings step by step, so that each event is worked off before the next of its telling comes. A third of them
   * hear an event again, a third get a second event about the same change, and every fourth object is worked off twice at once.
   */
  async function tellAll(appId: Uuid, story: Story, tellings: readonly Telling[]): Promise<void> {
    for (const { x, events, isAhead } of tellings) {
      for (const object of story.besides(x)) stage.stripe.objects.set(object.id, object);
      if (isAhead) for (const { object } of events) stage.stripe.objects.set(object.id!, object);
    }
    for (let step = 0; step < tellings[0]!.events.length; step += 1) {
      const told = tellings.flatMap(({ order, events, isAhead }, index) => {
        const event = events[order[step]!]!;
        const again = index % 3 === 1 && step > 0 ? [events[order[step - 1]!]!] : [];
        const twin = index % 3 === 2 ? [{ ...event, id: `${event.id}_twin` }] : [];
        if (!isAhead) standAt(order.slice(0, step + 1), events);
        return [event, ...again, ...twin];
      });
      const keys = [...new Set(await stage.receive(appId, told))];
      await workOff(keys.flatMap((key, index) => (index % 4 === 0 ? [key, key] : [key])));
    }
  }

  /** Stripe is as far as the latest event of each object that it told. */
  function standAt(told: readonly number[], events: readonly ToldEvent[]): void {
    for (const number of [...told].sort()) stage.stripe.objects.set(events[number]!.object.id!, events[number]!.object);
  }

  /** Eight at a time, so that those that are there twice meet. */
  async function workOff(keys: readonly Uuid[]): Promise<void> {
    const due = [...keys];
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let key = due.shift(); key !== undefined; key = due.shift()) await stage.drain(key);
      }),
    );
  }

  /** What is known in the end of each telling, without its names and without times. */
  async function ends(appId: Uuid, story: Story) {
    const states = await stage.sql<{ id: string; state: object; deleted: boolean; linked: boolean }>(
      `SELECT object_id AS id, state, deleted, payment_id IS NOT NULL AS linked FROM stripe_object
       WHERE app_id = $1 ORDER BY object_id`,
      [appId],
    );
    const views = await allPayments(appId);
    const booked = await stage.sql<{ subject: string; sum: string }>(
      `SELECT t.subject, l.ledger_account || ' ' || l.currency || ' ' || sum(l.amount) AS sum
       FROM ledger_transaction t JOIN ledger_line l ON l.transaction_id = t.id
       WHERE t.app_id = $1 GROUP BY t.subject, l.ledger_account, l.currency HAVING sum(l.amount) <> 0 ORDER BY 1, 2`,
      [appId],
    );
    const bookedOf = Map.groupBy(booked, ({ subject }) => nameIn(subject));
    const statesOf = Map.groupBy(states, ({ id }) => nameIn(id));
    const viewOf = new Map(
      views.map(({ id: _, createdAt: _at, asOf: _of, ...view }) => [nameIn(view.gatewayRef!), view]),
    );
    const factsOf = Map.groupBy(await stage.facts(appId), ({ data }) => nameIn(data.gatewayRef));
    return ({ x }: Telling) => {
      const facts = (factsOf.get(x) ?? []).map((fact) => ({
        type: fact.type,
        ref: fact.data.gatewayRef,
        text: plainFact(fact, x),
      }));
      const once = facts.filter(({ type }) => !MAY_REPEAT.has(type)).map(({ text }) => text);
      return {
        objects: plain(statesOf.get(x), x),
        payment: plain(viewOf.get(x), x),
        ledger: plain(bookedOf.get(x), x),
        // Of each object the last word of each lasting type.
        lasting: story.lasting.map((type) => {
          const byObject = Map.groupBy(
            facts.filter((fact) => fact.type === type),
            ({ ref }) => ref,
          );
          return [...byObject.values()].map((each) => each.at(-1)!.text).sort();
        }),
        doubled: once.filter((text, index) => once.indexOf(text) !== index),
        facts: facts.filter(({ type }) => type !== 'payment.refunded').map(({ text }) => text),
      };
    };
  }

  async function allPayments(appId: Uuid): Promise<PaymentView[]> {
    const payments = new Payments(stage.postgres.database());
    const views: PaymentView[] = [];
    for (let after: string | null | undefined; after !== null;) {
      const page = await payments.list(appId, { limit: 100, ...(after !== undefined && { after }) });
      views.push(...page.items);
      after = page.next;
    }
    return views;
  }
});

/** Told whenever they change, so to and fro. */
const MAY_REPEAT = new Set(['payment.refunded', 'subscription.changed']);

function nameIn(id: string): string {
  return id.slice(id.lastIndexOf('_') + 1);
}

function plain(value: unknown, x: string): string {
  return canonical(value ?? null).replaceAll(x, 'X');
}

/** A fact without ids of ours and times, and without where a dispute or a refund stood when it was first heard of. */
function plainFact({ type, data: { paymentId, occurredAt: _at, ...data } }: Logged, x: string): string {
  const moment = type.startsWith('dispute.') ? { status: undefined } : { fundsWithdrawn: undefined };
  return `${type} ${plain({ ...data, ...moment, ofPayment: paymentId !== undefined }, x)}`;
}
