import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, newUuid, type EventType, type Gateway } from '@signalbox/contracts';
import { charge, dispute, paymentIntent, payout, refund } from '../process/objects.harness.js';
import { useLedger } from './ledger.harness.js';
import { post } from './post.js';
import { POSTINGS } from './postings.js';

/** The facts that move money; every other moves none. */
const MOVES = [
  'payment.authorized',
  'payment.succeeded',
  'payment.failed',
  'refund.created',
  'refund.funds_withdrawn',
  'refund.succeeded',
  'refund.failed',
  'refund.canceled',
  'dispute.funds_withdrawn',
  'dispute.funds_reinstated',
  'payout.created',
  'payout.paid',
  'payout.failed',
  'payout.canceled',
];

describe('the ledger, told facts', () => {
  const stage = useLedger();

  it('has no posting for what is reserved, under way, refused, or decided without money', () => {
    expect(Object.keys(POSTINGS).toSorted()).toEqual(MOVES.toSorted());
    expect(Object.keys(EVENT_TYPES)).toEqual(expect.arrayContaining(MOVES));
  });

  type FactLike = readonly [type: EventType, data: object];
  /** Appends nothing: the ledger looks at the facts alone. */
  async function told(gateway: Gateway, ...facts: FactLike[]): Promise<string[]> {
    const appId = newUuid();
    const base = { gateway, gatewayRef: 'x_1', livemode: false, amount: 500, currency: 'eur' };
    await stage.postgres.database().transaction((tx) =>
      post(
        tx,
        facts.map(([type, data]) => ({ id: newUuid(), appId, type, subject: 'x_1', data: { ...base, ...data } })),
      ),
    );
    return stage.posted(appId);
  }
  const payment = { paymentId: 'pay_01h455vb4pex5vsknk084sn02q' };
  const ofRefund = { refundId: 're_1' };
  const ofDispute = { disputeId: 'dp_1', status: 'lost' };

  it.each<[string, FactLike[], string[]]>([
    [
      'a payment',
      [['payment.succeeded', { ...payment, amountReceived: 450 }]],
      ['capture, gateway_balance 450 eur, sales -450 eur'],
    ],
    ['an authorization', [['payment.authorized', { ...payment, amountCapturable: 500 }]], []],
    [
      'an authorization that is captured in parts',
      [
        ['payment.authorized', { ...payment, amountCapturable: 300, amountReceived: 200 }],
        ['payment.succeeded', { ...payment, amountReceived: 500 }],
        // Heard late.
        ['payment.authorized', { ...payment, amountCapturable: 100, amountReceived: 400 }],
      ],
      ['capture, gateway_balance 200 eur, sales -200 eur', 'capture, gateway_balance 300 eur, sales -300 eur'],
    ],
    ['a payment that fails', [['payment.failed', payment]], []],
    [
      'a payment whose settlement is declined, once',
      [
        ['payment.succeeded', { ...payment, amountReceived: 500 }],
        ['payment.failed', { ...payment, amountReversed: 500 }],
        ['payment.failed', { ...payment, amountReversed: 500 }],
      ],
      ['capture, gateway_balance 500 eur, sales -500 eur', 'capture_return, sales 500 eur, gateway_balance -500 eur'],
    ],
    ['a refund that waits for funds', [['refund.created', ofRefund]], []],
    [
      'a refund, whose money leaves once, however often that is said',
      [
        ['refund.created', { ...ofRefund, fundsWithdrawn: true }],
        ['refund.funds_withdrawn', ofRefund],
        ['refund.succeeded', ofRefund],
      ],
      ['refund, refunds 500 eur, gateway_balance -500 eur'],
    ],
    [
      'a refund that fails after it succeeded',
      [
        ['refund.succeeded', ofRefund],
        ['refund.failed', ofRefund],
        ['refund.failed', ofRefund],
      ],
      ['refund, refunds 500 eur, gateway_balance -500 eur', 'refund_return, gateway_balance 500 eur, refunds -500 eur'],
    ],
    [
      'a refund that is canceled before money left',
      [
        ['refund.created', ofRefund],
        ['refund.canceled', ofRefund],
      ],
      [],
    ],
    [
      'a dispute with its fee, and its end',
      [
        ['dispute.opened', ofDispute],
        ['dispute.funds_withdrawn', { ...ofDispute, fee: 15 }],
        ['dispute.lost', ofDispute],
        ['dispute.won', ofDispute],
        ['dispute.funds_reinstated', { ...ofDispute, amount: 200, fee: -15 }],
      ],
      [
        'dispute_withdrawal, disputes 500 eur, gateway_balance -500 eur, fees 15 eur, gateway_balance -15 eur',
        'dispute_reinstatement, gateway_balance 200 eur, disputes -200 eur, fees -15 eur, gateway_balance 15 eur',
      ],
    ],
    [
      'a payout that comes back after it arrived',
      [
        ['payout.created', {}],
        ['payout.paid', {}],
        ['payout.failed', {}],
      ],
      ['payout, payouts 500 eur, gateway_balance -500 eur', 'payout_return, gateway_balance 500 eur, payouts -500 eur'],
    ],
  ])('posts %s', async (_what, facts, posted) => {
    expect(await told('stripe', ...facts)).toEqual(posted);
    expect(await told('braintree', ...facts)).toEqual(posted);
  });

  it('posts a fact once, whoever tells it again', async () => {
    const appId = newUuid();
    const data = { gateway: 'stripe', gatewayRef: 'dp_2', livemode: false, amount: 500, currency: 'eur', ...ofDispute };
    const fact = { id: newUuid(), appId, type: 'dispute.funds_withdrawn' as const, subject: 'dp_2', data };
    const database = stage.postgres.database();
    await database.transaction((tx) => post(tx, [fact]));
    await database.transaction((tx) => post(tx, [fact, fact]));
    expect(await stage.posted(appId)).toHaveLength(1);
  });
});

describe('the ledger, told events of Stripe', () => {
  const stage = useLedger();

  it('posts nothing for a payment that fails, is under way or is let go, nor for an inquiry', async () => {
    const appId = stage.newApp();
    const dp = dispute('dp_n', { status: 'warning_closed', payment_intent: 'pi_n' });
    stage.stripe.objects.set('dp_n', dp);
    await stage.tell(
      appId,
      { type: 'payment_intent.processing', object: paymentIntent('pi_n', { status: 'processing' }) },
      {
        type: 'payment_intent.payment_failed',
        object: paymentIntent('pi_n', { last_payment_error: { code: 'declined' } }),
      },
      { type: 'payment_intent.requires_action', object: paymentIntent('pi_n', { status: 'requires_action' }) },
      {
        type: 'payment_intent.amount_capturable_updated',
        object: paymentIntent('pi_n', { status: 'requires_capture', amount_capturable: 1_099 }),
      },
      { type: 'payment_intent.canceled', object: paymentIntent('pi_n', { status: 'canceled' }) },
      { type: 'charge.dispute.created', object: dp },
      { type: 'charge.dispute.closed', object: dp },
      // What its charge says is not believed.
      { type: 'charge.succeeded', object: charge('ch_n', { payment_intent: 'pi_n' }) },
    );
    expect((await stage.facts(appId)).length).toBeGreaterThan(5);
    expect(await stage.posted(appId)).toEqual([]);
  });

  it('posts a refund when its money leaves: later than it was made, where it waited for funds', async () => {
    const appId = stage.newApp();
    const of = (more: object) => refund('re_w', { charge: 'ch_w', payment_intent: 'pi_w', ...more });
    await stage.tell(appId, { type: 'refund.created', object: of({ status: 'requires_action' }) });
    expect(await stage.posted(appId)).toEqual([]);
    await stage.tell(appId, {
      type: 'refund.updated',
      created: 1_790_000_009,
      object: of({ balance_transaction: 'txn_w' }),
    });
    expect((await stage.facts(appId)).map(({ type }) => type)).toContain('refund.funds_withdrawn');
    expect(await stage.posted(appId)).toEqual(['refund, refunds 500 eur, gateway_balance -500 eur']);
  });

  it('posts a dispute in the currency of the balance', async () => {
    const appId = stage.newApp();
    const taken = { id: 'txn_d', amount: -1_286, currency: 'usd', fee: 1_500 };
    const dp = dispute('dp_d', { balance_transactions: [taken] });
    stage.stripe.objects.set('dp_d', dp);
    await stage.tell(appId, { type: 'charge.dispute.funds_withdrawn', object: dp });
    expect(await stage.balances(appId)).toEqual({
      'disputes usd': 1_286,
      'fees usd': 1_500,
      'gateway_balance usd': -2_786,
    });
  });

  it('posts a fee once Stripe answers; nothing else waits for it, and it is posted once', async () => {
    const appId = stage.newApp();
    const booked = charge('ch_f', { payment_intent: 'pi_f', balance_transaction: 'txn_f' });
    stage.books.instead = { kind: 'later', ms: 777, reason: 'rate_budget' };
    await stage.tell(
      appId,
      {
        type: 'payment_intent.succeeded',
        object: paymentIntent('pi_f', { status: 'succeeded', amount_received: 1_099, latest_charge: 'ch_f' }),
      },
      { type: 'charge.updated', object: booked },
    );
    expect(await stage.book(appId)).toEqual([{ end: 'release', delay: 777, reason: 'rate_budget', held: true }]);
    expect(await stage.balances(appId)).toEqual({ 'gateway_balance eur': 1_099, 'sales eur': -1_099 });
    stage.books.instead = undefined;
    expect(await stage.book(appId)).toMatchObject([{ end: 'release', reason: 'not in the books yet' }]);
    const entry = { id: 'txn_f', source: 'ch_f', amount: 1_099, currency: 'eur', fee: 62, created: 1_790_000_000 };
    stage.books.entries.set('ch_f', [entry]);
    expect(await stage.book(appId)).toMatchObject([{ end: 'settled' }]);
    // Another event, and again work: of a process that died, or of a second capture.
    await stage.tell(appId, { type: 'charge.updated', object: { ...booked, balance_transaction: 'txn_f2' } });
    stage.books.entries.set('ch_f', [entry, { ...entry, id: 'txn_f2', fee: 3 }]);
    expect(await stage.book(appId)).toMatchObject([{ end: 'settled' }]);
    expect(await stage.posted(appId)).toEqual([
      'capture, gateway_balance 1099 eur, sales -1099 eur',
      'booking, fees 62 eur, gateway_balance -62 eur',
      'booking, fees 3 eur, gateway_balance -3 eur',
    ]);
  });

  it('posts a payout that was first heard of when it failed as nothing', async () => {
    const appId = stage.newApp();
    await stage.tell(appId, { type: 'payout.failed', object: payout('po_f', { status: 'failed' }) });
    expect(await stage.posted(appId)).toEqual([]);
    expect(await stage.violations()).toEqual([]);
  });
});

describe('the invariant', () => {
  const stage = useLedger();

  it('finds a fact that was not posted, and a posting that no fact told of', async () => {
    const appId = stage.newApp();
    const succeeded = paymentIntent('pi_v', { status: 'succeeded', amount_received: 1_099 });
    await stage.tell(appId, { type: 'payment_intent.succeeded', object: succeeded });
    expect(await stage.violations()).toEqual([]);
    // The log refuses this to everybody; here is what the invariant says should it ever happen.
    const unguarded = 'SET LOCAL session_replication_role = replica;';
    await stage.sql(
      `${unguarded} UPDATE event_log SET payload = payload || '{"amountReceived": 1200}' WHERE app_id = '${appId}'`,
    );
    expect(await stage.violations()).toEqual([
      { what: 'pi_v', problem: 'the facts say -1200 and the ledger -1099 eur' },
    ]);
    await stage.sql(`${unguarded} DELETE FROM event_log WHERE app_id = '${appId}'`);
    expect(await stage.violations()).toMatchObject([{ problem: 'was posted for a fact that nobody told' }]);
  });

  it('finds what is not balanced, should the constraints ever be switched off', async () => {
    await stage.sql('ALTER TABLE ledger_transaction DISABLE TRIGGER USER');
    const [id, app] = [newUuid(), newUuid()];
    await stage.sql(
      `INSERT INTO ledger_transaction (id, app_id, gateway, livemode, kind, subject, gateway_entry, occurred_at)
       VALUES ($1, $2, 'stripe', false, 'booking', 'ch_1', 'txn_1', now())`,
      [id, app],
    );
    expect(await stage.violations()).toContainEqual({ what: id, problem: 'has 0 lines' });
    await stage.sql('ALTER TABLE ledger_transaction ENABLE TRIGGER USER');
  });
});
