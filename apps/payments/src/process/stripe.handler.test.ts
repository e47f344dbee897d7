import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LANES, newUuid, queuesOf, type Uuid } from '@signalbox/contracts';
import { openQueueBackend, OfferLoop, Publisher, WorkHost, type Lease, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, queueBackends } from '@signalbox/testing';
import { Receiver } from '../receive/receiver.js';
import { paymentsWork } from '../work/payments-work.js';
import { receivedOf, useProcess, type ToldEvent } from './process.harness.js';
import { disputed, dunning, moving, payment, refunded } from './stories.harness.js';
import { stripeHandler } from './stripe.handler.js';

const logger = createLogger('test', 'silent');
const STORIES = [payment, refunded, disputed, dunning, moving];
const TELLINGS = 12;

describe.each(queueBackends())('events of Stripe through the $name backend', ({ redisUrl }) => {
  const stage = useProcess();
  let backend: QueueBackend;
  let publisher: Publisher;
  let running: { stop(): Promise<void> }[];

  beforeEach(async () => {
    backend = openQueueBackend({ redisUrl, databaseUrl: stage.postgres.url(), prefix: `{t-${newUuid()}}`, logger });
    await eventually(() => backend.ping());
    publisher = new Publisher(backend, logger);
    const database = stage.postgres.database();
    const host = new WorkHost({
      database,
      store: paymentsWork,
      backend,
      logger,
      metrics: createMetrics('test'),
      grace: 1_000,
    });
    const parts = { ...stage.parts(), logger };
    host.start(LANES.map((lane) => stripeHandler(lane, parts)));
    const queues = queuesOf('payments');
    const offers = new OfferLoop({ database, store: paymentsWork, backend, publisher, queues, logger, interval: 50 });
    offers.start();
    running = [offers, host];
  });

  afterEach(async () => {
    for (const each of running) await each.stop();
    await backend.close();
  });

  const count = async (table: 'stripe_inbox' | 'payments_work'): Promise<number> =>
    (await stage.sql<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`))[0]!.rows;

  it('ends all the same when everything comes at once, twice, by two ways, and Stripe refuses every third question', async () => {
    const appId = newUuid();
    const names = Array.from({ length: TELLINGS }, (_, index) => `q${index}q`);
    const receiver = new Receiver(stage.postgres.database(), stage.parts().cipher, publisher);
    let questions = 0;
    stage.stripe.instead = () => {
      questions += 1;
      return questions % 3 === 0 ? { kind: 'later', ms: 20, reason: 'rate limited' } : undefined;
    };
    const told = STORIES.flatMap((story, place) =>
      names.flatMap((name, index) => {
        // Objects of different stories must not share names.
        const x = `${name}s${place}`;
        for (const object of story.besides(x)) stage.stripe.objects.set(object.id, object);
        const events = story.events(x).map((event, number): ToldEvent => ({ ...event, id: `evt_${x}_${number}` }));
        for (const { object } of events) stage.stripe.objects.set(object.id!, object);
        return index % 2 === 0 ? events : events.toReversed();
      }),
    );
    const received = told.flatMap((event, index) => {
      const webhook = receivedOf(appId, event);
      return index % 2 === 0 ? [webhook, { ...webhook, via: 'reconciler' as const }] : [webhook, webhook];
    });
    const receipts = await Promise.all(received.map((event) => receiver.receive(event)));
    expect(receipts.filter((receipt) => receipt === 'stored')).toHaveLength(told.length);
    await eventually(async () => expect(await count('stripe_inbox')).toBe(0), { within: 30_000 });
    await eventually(async () => expect(await count('payments_work')).toBe(0), { within: 30_000 });
    stage.stripe.instead = undefined;
    const byType = Map.groupBy(await stage.facts(appId), ({ type }) => type);
    const timesTold = (type: string) => byType.get(type)?.length ?? 0;
    expect({
      succeeded: timesTold('payment.succeeded'),
      refundsFailed: timesTold('refund.failed'),
      opened: timesTold('dispute.opened'),
      withdrawn: timesTold('dispute.funds_withdrawn'),
      won: timesTold('dispute.won'),
      paid: timesTold('invoice.paid'),
    }).toEqual({
      succeeded: TELLINGS * 3,
      refundsFailed: TELLINGS,
      opened: TELLINGS,
      withdrawn: TELLINGS,
      won: TELLINGS,
      paid: TELLINGS,
    });
  }, 90_000);
});

describe('a work row of objects', () => {
  const stage = useProcess();
  const lease: Lease = { id: newUuid(), token: newUuid(), mayBegin: () => true };
  const handler = () => stripeHandler('transactional', { ...stage.parts(), logger });

  async function claimed(objects: readonly Uuid[]) {
    const id = newUuid();
    const items = objects.map((o) => ({ o }));
    const database = stage.postgres.database();
    await paymentsWork.enqueue(database, [
      { id, rootId: id, queue: 'payments.stripe.transactional', lane: 'transactional', items },
    ]);
    return (await paymentsWork.claim<{ o: Uuid }>(database, id))!;
  }

  it('is handed back with a time when Stripe does not answer for one of them; the others are done', async () => {
    const appId = newUuid();
    const [subscription] = dunning.events('h1');
    const [intent] = payment.events('h1');
    stage.stripe.instead = ({ objectType }) =>
      objectType === 'subscription' ? { kind: 'later', ms: 777, reason: 'rate limited' } : undefined;
    const work = await claimed(await stage.receive(appId, [subscription!, intent!]));
    expect(await handler().handle(work, lease)).toEqual({
      end: 'release',
      delay: 777,
      reason: 'rate limited',
      held: true,
    });
    stage.stripe.instead = undefined;
    expect(Object.values(await stage.decisions(appId))).toEqual(['open', 'applied']);
  });

  it('is lost with its lease, and nothing more is begun', async () => {
    const appId = newUuid();
    const work = await claimed(await stage.receive(appId, payment.events('h2').slice(0, 1)));
    expect(await handler().handle(work, { ...lease, mayBegin: () => false })).toEqual({ end: 'lost' });
    expect(Object.values(await stage.decisions(appId))).toEqual(['open']);
  });

  it('that kills its workers is given up: its events wait for a person', async () => {
    const appId = newUuid();
    const keys = await stage.receive(appId, payment.events('h3').slice(0, 2));
    const work = await claimed([keys[0]!]);
    expect(await handler().handlePoison(work, lease)).toEqual({ end: 'settled', summary: { buried: 2 } });
    expect(Object.values(await stage.decisions(appId))).toEqual(['kills_workers', 'kills_workers']);
    expect((await stage.facts(appId)).map(({ type, data }) => [type, data.reason])).toEqual([
      ['stripe_event.dead', 'kills_workers'],
      ['stripe_event.dead', 'kills_workers'],
    ]);
    // What comes later is worked on.
    await stage.tell(appId, payment.events('h3')[4]!);
    expect((await stage.facts(appId)).at(-1)?.type).toBe('payment.succeeded');
  });
});
