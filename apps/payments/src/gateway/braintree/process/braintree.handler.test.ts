import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EVENT_TYPES, formatId, newUuid, QUEUES, type EventType, type Uuid } from '@signalbox/contracts';
import { CredentialReader } from '@signalbox/credentials';
import type { Lease } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import { paymentsWork, type BraintreeItem } from '../../../work/payments-work.js';
import { BraintreeCallLog } from '../braintree-call-log.js';
import { BraintreeCalls } from '../braintree-calls.js';
import { BraintreeClients } from '../braintree-clients.js';
import { BraintreeGateway } from '../braintree-gateway.js';
import { useBraintreeSandbox } from '../braintree-sandbox.harness.js';
import { Transactions } from '../transactions.js';
import { bringUpToDate } from './bring-up-to-date.js';
import { braintreeHandler } from './braintree.handler.js';
import { GatewayBreakers } from '../../../limits/gateway-breakers.js';

jest.setTimeout(30_000);
const sandbox = useBraintreeSandbox();
let clients: BraintreeClients;
afterAll(() => clients.close());
const postgres = usePostgres();
let gateway: BraintreeGateway;
let handler: ReturnType<typeof braintreeHandler>;
let transactions: Transactions;
beforeAll(() => {
  const [logger, metrics] = [createLogger('payments', 'silent'), createMetrics('payments')];
  clients = new BraintreeClients(postgres.database(), new CredentialReader(sandbox.envelope));
  const calls = new BraintreeCalls(
    clients,
    new BraintreeCallLog(logger, metrics, new GatewayBreakers(postgres.database(), logger)),
  );
  gateway = new BraintreeGateway(calls);
  transactions = new Transactions(calls);
  handler = braintreeHandler({ database: postgres.database(), transactions, logger, metrics });
});

const lease: Lease = { id: newUuid(), token: newUuid(), mayBegin: () => true };
const sql = async <Row>(text: string, params: unknown[] = []) =>
  (await postgres.database().query<Row>(text, params)).rows;

/** A payment of an app that was charged; its row knows no transaction until somebody has looked. */
class Story {
  readonly payment = newUuid();
  private readonly operation = newUuid();
  ref = '';

  private constructor(
    readonly app: Uuid,
    readonly capture: 'automatic' | 'manual',
    readonly amount: number,
  ) {}

  static async begin(capture: 'automatic' | 'manual' = 'automatic', amount = 1_050): Promise<Story> {
    const story = new Story((await sandbox.makeApp(postgres.database())).id, capture, amount);
    const { app, payment, operation } = story;
    await sql(
      `INSERT INTO payment (id, app_id, gateway, user_id, livemode, amount, currency, capture)
       VALUES ($1, $2, 'braintree', 'ada', false, $3, 'usd', $4)`,
      [payment, app, amount, capture],
    );
    await sql(
      `INSERT INTO payment_operation (id, app_id, order_id, payment_id, gateway, kind, key, request, state, settle_at)
       VALUES ($1, $2, 'order', $3, 'braintree', 'charge', 'k', '{}', 'unknown', now())`,
      [operation, app, payment],
    );
    const method = { kind: 'nonce', id: await sandbox.nonce(app) } as const;
    const outcome = await gateway.charge({ target: story.target, operation, key: 'k', method, offSession: false });
    if (outcome.kind === 'done') story.ref = outcome.value.ref!;
    return story;
  }

  get target() {
    const { app: appId, payment: paymentId, amount, capture, ref } = this;
    return {
      appId,
      paymentId,
      account: '',
      amount,
      currency: 'usd',
      capture,
      ref: ref === '' ? undefined : ref,
    } as const;
  }

  /** What an operation of ours leaves to be done. */
  async look(): Promise<unknown> {
    return this.work([{ p: this.payment, o: this.operation }]);
  }

  /** A notification, stored as the edge does. @returns its decision. */
  async notify(kind: string, subjectType: string, subjectId: string): Promise<string | undefined> {
    const id = newUuid();
    await sql(
      `INSERT INTO braintree_event (id, app_id, source_id, payload_hash, kind, subject_type, subject_id, notified_at, content, dek_id)
       VALUES ($1, $2, $1, uuid_send($1), $3, $4, $5, clock_timestamp(), '\\x00', $1)`,
      [id, this.app, kind, subjectType, subjectId],
    );
    await this.work([{ e: id }]);
    return (await sql<{ decision: string }>('SELECT decision FROM braintree_decision WHERE event = $1', [id]))[0]
      ?.decision;
  }

  async work(items: readonly BraintreeItem[]): Promise<unknown> {
    const id = newUuid();
    const queue = QUEUES.braintreeTransactional;
    await paymentsWork.enqueue(postgres.database(), [{ id, rootId: id, queue, lane: 'transactional', items }]);
    return handler.handle((await paymentsWork.claim<BraintreeItem>(postgres.database(), id))!, lease);
  }

  /** What was told, in order; every fact as its schema wants it. */
  async facts(): Promise<{ type: EventType; data: Record<string, unknown>; subject: string; seq: string }[]> {
    const facts = await sql<{ type: EventType; data: Record<string, unknown>; subject: string; seq: string }>(
      'SELECT type, payload AS data, subject, seq FROM event_log WHERE app_id = $1 ORDER BY id',
      [this.app],
    );
    for (const { type, data } of facts) EVENT_TYPES[type].parse(data);
    return facts;
  }

  async types(): Promise<string[]> {
    return (await this.facts()).map(({ type }) => type);
  }

  async known(): Promise<{ known: unknown; ref: string | null }> {
    return (
      await sql<{ known: unknown; ref: string | null }>('SELECT known, gateway_ref AS ref FROM payment WHERE id = $1', [
        this.payment,
      ])
    )[0]!;
  }

  /** What stands on the accounts of the ledger, in cents; what is even is left out. */
  async ledger(): Promise<Record<string, number>> {
    const rows = await sql<{ account: string; sum: number }>(
      `SELECT l.ledger_account AS account, sum(l.amount)::int AS sum FROM ledger_line l
       JOIN ledger_transaction t ON t.id = l.transaction_id WHERE t.app_id = $1 GROUP BY 1 HAVING sum(l.amount) <> 0`,
      [this.app],
    );
    return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]));
  }

  async become(id: string, status: string): Promise<void> {
    await sandbox.control('POST', `/v1/braintree/transactions/${id}/become`, { status });
  }

  async refund(amount?: number): Promise<string> {
    const outcome = await gateway.refund({ target: this.target, operation: newUuid(), key: 'k', amount });
    if (outcome.kind !== 'done') throw new Error(`the refund was ${outcome.kind}`);
    return outcome.value.ref;
  }
}

describe('a payment at Braintree', () => {
  it('that was charged is told of once, with whose it is, and known as it stands', async () => {
    const story = await Story.begin();
    expect(await story.look()).toEqual({ end: 'settled', summary: { items: 1 } });
    await story.look();
    expect(await story.facts()).toEqual([
      {
        type: 'payment.succeeded',
        subject: formatId('payment', story.payment),
        seq: '1',
        data: {
          gateway: 'braintree',
          gatewayRef: story.ref,
          livemode: false,
          userId: 'ada',
          paymentId: formatId('payment', story.payment),
          occurredAt: expect.any(String),
          amount: 1_050,
          currency: 'usd',
          amountReceived: 1_050,
        },
      },
    ]);
    expect(await story.known()).toEqual({
      ref: story.ref,
      known: { ref: story.ref, status: 'succeeded', amountReceived: 1_050, amountCapturable: 0 },
    });
  });

  it('is found by its operation while nobody has kept its transaction', async () => {
    const story = await Story.begin();
    expect(await story.notify('transaction_settled', 'transaction', story.ref)).toBe('applied');
    expect(await story.types()).toEqual(['payment.succeeded']);
    expect((await story.known()).ref).toBe(story.ref);
    expect(await story.notify('transaction_settled', 'transaction', story.ref)).toBe('repeated');
  });

  it('is reserved, captured and settled', async () => {
    const story = await Story.begin('manual');
    await story.look();
    await gateway.capture({ target: story.target, operation: newUuid(), key: 'k', amount: 400 });
    await story.look();
    await sandbox.settleAll(story.app);
    expect(await story.notify('transaction_settled', 'transaction', story.ref)).toBe('repeated');
    expect(
      (await story.facts()).map(({ type, data }) => [type, data['amountCapturable'] ?? data['amountReceived']]),
    ).toEqual([
      ['payment.authorized', 1_050],
      ['payment.succeeded', 400],
    ]);
  });

  it('that is cancelled before its capture is canceled', async () => {
    const story = await Story.begin('manual');
    await story.look();
    await gateway.cancel({ target: story.target, operation: newUuid(), key: 'k' });
    await story.look();
    expect(await story.types()).toEqual(['payment.authorized', 'payment.canceled']);
  });

  it('that the bank declines failed, with what the bank said, and may be tried again', async () => {
    const story = await Story.begin('automatic', 200_100);
    await story.look();
    expect((await story.facts()).map(({ type, data }) => [type, data['code'], data['declineCode']])).toEqual([
      ['payment.failed', 'processor_declined', '2001'],
    ]);
    expect(await story.known()).toMatchObject({ ref: null, known: { status: 'requires_payment_method' } });
  });

  it('whose settlement is declined had counted as received, and says what is gone', async () => {
    const story = await Story.begin();
    await story.look();
    await story.become(story.ref, 'settlement_declined');
    expect(await story.notify('transaction_settlement_declined', 'transaction', story.ref)).toBe('applied');
    const facts = await story.facts();
    expect(facts.map(({ type, seq }) => [type, seq])).toEqual([
      ['payment.succeeded', '1'],
      ['payment.failed', '2'],
    ]);
    expect(facts[1]!.data).toMatchObject({ code: 'settlement_declined', amountReversed: 1_050 });
    expect(await story.known()).toMatchObject({ known: { status: 'canceled', amountReceived: 0 } });
    expect(await story.ledger()).toEqual({});
  });

  it('gives back in parts; a refund that fails later is taken off again', async () => {
    const story = await Story.begin();
    await story.look();
    await sandbox.settleAll(story.app);
    await story.refund(400);
    await story.look();
    const second = await story.refund(650);
    await story.look();
    await story.become(second, 'processor_declined');
    expect(await story.notify('refund_failed', 'transaction', second)).toBe('applied');
    const facts = await story.facts();
    expect(facts.map(({ type, data }) => [type, data['amountRefunded'] ?? data['amount']])).toEqual([
      ['payment.succeeded', 1_050],
      ['refund.created', 400],
      ['refund.succeeded', 400],
      ['payment.refunded', 400],
      ['refund.created', 650],
      ['refund.succeeded', 650],
      ['payment.refunded', 1_050],
      ['refund.failed', 650],
      ['payment.refunded', 400],
    ]);
    expect(await story.ledger()).toEqual({ gateway_balance: 650, sales: -1_050, refunds: 400 });
    expect(facts.filter(({ subject }) => subject === second).map(({ seq }) => seq)).toEqual(['1', '2', '3']);
  });

  it.each([
    ['after that was told', true],
    ['before anybody looked', false],
  ])('that is given back whole before it settles, %s, is refunded, not canceled', async (_what, isTold) => {
    const story = await Story.begin();
    if (isTold) await story.look();
    expect(await story.refund()).toBe(story.ref);
    await story.look();
    await story.look();
    expect(await story.types()).toEqual([
      'payment.succeeded',
      'refund.created',
      'refund.succeeded',
      'payment.refunded',
    ]);
  });

  it('that is disputed loses the money with the chargeback, and has it back when that is won', async () => {
    const story = await Story.begin();
    await story.look();
    await sandbox.settleAll(story.app);
    const { id } = await sandbox.control<{ id: string }>('POST', '/v1/braintree/disputes', {
      transactionId: story.ref,
    });
    expect(await story.notify('dispute_opened', 'dispute', id)).toBe('applied');
    await sandbox.control('POST', `/v1/braintree/disputes/${id}/decide`, { outcome: 'won' });
    expect(await story.notify('dispute_won', 'dispute', id)).toBe('applied');
    const facts = (await story.facts()).slice(1);
    expect(facts.map(({ type }) => type)).toEqual([
      'dispute.opened',
      'dispute.funds_withdrawn',
      'dispute.won',
      'dispute.funds_reinstated',
    ]);
    expect(await story.ledger()).toEqual({ gateway_balance: 1_050, sales: -1_050 });
    expect(facts[0]!.data).toMatchObject({ disputeId: id, evidenceDueBy: expect.any(String), amount: 1_050 });
  });

  it('whose dispute only asks loses nothing, and one that nobody answers is lost', async () => {
    const story = await Story.begin();
    await story.look();
    await sandbox.settleAll(story.app);
    const body = { transactionId: story.ref, kind: 'retrieval' };
    const { id } = await sandbox.control<{ id: string }>('POST', '/v1/braintree/disputes', body);
    await sandbox.control('POST', `/v1/braintree/disputes/${id}/decide`, { outcome: 'expired' });
    await story.notify('dispute_expired', 'dispute', id);
    expect((await story.types()).slice(1)).toEqual(['dispute.opened', 'dispute.lost']);
  });

  it('is told of once when ten look at it at the same time', async () => {
    const story = await Story.begin();
    await Promise.all(
      Array.from({ length: 10 }, (_, turn) =>
        turn % 2 === 0 ? story.look() : story.notify('transaction_settled', 'transaction', story.ref),
      ),
    );
    expect(await story.types()).toEqual(['payment.succeeded']);
  });

  it('waits for whoever else is at it, and sees what they told', async () => {
    const story = await Story.begin();
    const [read, database] = [await transactions.find(story.app, story.ref), postgres.database()];
    if (read.kind !== 'found') throw new Error(`the sale is ${read.kind}`);
    const sighting = { sale: read.value, refunds: [], disputes: [] };
    const update = { payment: story.payment, sighting, askedAt: new Date(), event: undefined };
    let second: ReturnType<typeof bringUpToDate> | undefined;
    await database.transaction(async (tx) => {
      expect(await bringUpToDate(tx, update)).toBe(1);
      second = database.transaction((other) => bringUpToDate(other, update));
      const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await eventually(async () => expect(await sql(waiting)).toHaveLength(1));
    });
    expect(await second).toBe(0);
    expect(await story.types()).toEqual(['payment.succeeded']);
  });

  it('is not set back by what was seen before', async () => {
    const story = await Story.begin();
    await sql(`UPDATE payment SET known = '{"status":"later"}', known_at = now() + interval '1 minute' WHERE id = $1`, [
      story.payment,
    ]);
    await story.look();
    expect(await story.known()).toEqual({ ref: null, known: { status: 'later' } });
    expect(await story.types()).toEqual([]);
  });

  it('is told of by the newest look alone: one that was overtaken tells nothing', async () => {
    const story = await Story.begin();
    const [read, database] = [await transactions.find(story.app, story.ref), postgres.database()];
    if (read.kind !== 'found') throw new Error(`the sale is ${read.kind}`);
    const seen = (sale: typeof read.value, askedAt: Date) =>
      database.transaction((tx) =>
        bringUpToDate(tx, {
          payment: story.payment,
          sighting: { sale, refunds: [], disputes: [] },
          askedAt,
          event: undefined,
        }),
      );
    const [before, after] = [new Date(Date.now() - 2_000), new Date()];
    expect(await seen(read.value, after)).toBe(1);
    expect(await seen({ ...read.value, status: 'authorized' }, before)).toBe('stale');
    expect(await story.types()).toEqual(['payment.succeeded']);
  });
});

describe('a notification', () => {
  it.each([
    ['about a transaction that others made', 'transaction_settled', 'transaction'],
    ['about what Braintree has no more', 'dispute_opened', 'dispute'],
    ['from which nothing follows', 'subscription_canceled', 'subscription'],
    ['about nothing', 'check', ''],
  ])('%s is stored, and that is all', async (_what, kind, subjectType) => {
    const story = await Story.begin();
    let subject = subjectType === '' ? '' : 'nobodys';
    if (subjectType === 'transaction') {
      subject = story.ref;
      await sql('DELETE FROM payment WHERE id = $1', [story.payment]);
    }
    expect(await story.notify(kind, subjectType, subject)).toBe('stored');
    expect(await story.facts()).toEqual([]);
  });

  it('waits while Braintree does not answer, and is worked on when it does', async () => {
    const story = await Story.begin();
    await sandbox.fail(story.app, { route: 'GET /transactions/:id', status: 503 });
    expect(await story.notify('transaction_settled', 'transaction', story.ref)).toBeUndefined();
    expect(await story.types()).toEqual([]);
    expect(await story.notify('transaction_settled', 'transaction', story.ref)).toBe('applied');
  });

  it('about what is in no shape that we know is dead, and the others go on', async () => {
    const story = await Story.begin();
    const xml =
      '<transaction><id>tx</id><type>sale</type><status>on_the_moon</status><amount>1.00</amount>' +
      '<currency-iso-code>USD</currency-iso-code></transaction>';
    const stranger = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/xml' }).end(xml);
    });
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
    const { merchantId } = sandbox.keysOf(story.app);
    const endpoint = { origin: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}` };
    await sandbox.makeApp(postgres.database(), { merchantId, endpoint }, story.app);
    expect(await story.notify('transaction_settled', 'transaction', 'tx')).toBe('dead');
    await sql(`UPDATE payment SET gateway_ref = 'tx' WHERE id = $1`, [story.payment]);
    // A look that is owed is made again, seldom; and calls of the app are not turned away, for Braintree answers.
    for (let time = 0; time < 6; time += 1) {
      expect(await story.look()).toMatchObject({ end: 'release', reason: 'unreadable_answer', delay: 900_000 });
    }
    stranger.closeAllConnections();
    stranger.close();
    expect((await story.facts()).map(({ type, data }) => [type, data['reason']])).toEqual([
      ['braintree_event.dead', 'unknown_shape'],
    ]);
  });

  it('that kills its workers waits for a person, and says so', async () => {
    const story = await Story.begin();
    const event = newUuid();
    await sql(
      `INSERT INTO braintree_event (id, app_id, source_id, payload_hash, kind, notified_at, content, dek_id)
       VALUES ($1, $2, $1, '\\x01', 'check', now(), '\\x00', $1)`,
      [event, story.app],
    );
    const id = newUuid();
    const queue = QUEUES.braintreeTransactional;
    await paymentsWork.enqueue(postgres.database(), [
      { id, rootId: id, queue, lane: 'transactional', items: [{ e: event }] },
    ]);
    const work = (await paymentsWork.claim<BraintreeItem>(postgres.database(), id))!;
    expect(await handler.handlePoison(work, lease)).toEqual({ end: 'settled', summary: { items: 1 } });
    expect((await story.facts()).map(({ type, data }) => [type, data['reason']])).toEqual([
      ['braintree_event.dead', 'kills_workers'],
    ]);
  });

  it('is nobody’s once its lease is lost', async () => {
    const story = await Story.begin();
    const id = newUuid();
    const [queue, items] = [QUEUES.braintreeTransactional, [{ p: story.payment, o: newUuid() }]];
    await paymentsWork.enqueue(postgres.database(), [{ id, rootId: id, queue, lane: 'transactional', items }]);
    const work = (await paymentsWork.claim<BraintreeItem>(postgres.database(), id))!;
    expect(await handler.handle(work, { ...lease, mayBegin: () => false })).toEqual({ end: 'lost' });
    expect(await story.types()).toEqual([]);
  });
});
