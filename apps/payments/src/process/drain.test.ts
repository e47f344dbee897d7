import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, newUuid, type EventType, type Uuid } from '@signalbox/contracts';
import {
  charge,
  customer,
  dispute,
  invoice,
  paymentIntent,
  paymentMethod,
  payout,
  refund,
  setupIntent,
  subscription,
} from './objects.harness.js';
import { drain as drainWith } from './drain.js';
import type { HealthEvent } from './health-listener.js';
import { useProcess, type Logged, type ToldEvent } from './process.harness.js';

const T = 1_790_000_000;
const user = { metadata: { signalbox_user_id: 'user_1' } };
const declined = { code: 'card_declined', decline_code: 'insufficient_funds', charge: 'ch_1' };

const stage = useProcess();
const { stripe, tell, facts, decisions, receive, drain } = stage;
/** Objects of one test have names of their own: Stripe is played for all of them at once. */
let numbers = 0;
const name = (prefix: string) => `${prefix}_${(numbers += 1)}`;
const types = (told: readonly Logged[]) => told.map(({ type }) => type);
const knows = (...objects: { readonly id: string }[]) =>
  objects.forEach((object) => stripe.objects.set(object.id, object));

/** Every fact fits the schema that its consumers read it with. */
async function validFacts(appId: Uuid): Promise<Logged[]> {
  const told = await facts(appId);
  for (const { type, data } of told) expect(EVENT_TYPES[type as EventType].parse(data)).toEqual(data);
  return told;
}

describe('a payment', () => {
  it('succeeds once, under a name of ours, and its charge says nothing more', async () => {
    const appId = newUuid();
    const [pi, ch] = [name('pi'), name('ch')];
    const succeeded = paymentIntent(pi, { status: 'succeeded', amount_received: 1_099, latest_charge: ch, ...user });
    await tell(
      appId,
      { type: 'payment_intent.created', created: T, object: paymentIntent(pi, user) },
      { type: 'charge.succeeded', created: T + 1, object: charge(ch, { payment_intent: pi }) },
      { type: 'payment_intent.succeeded', created: T + 1, object: succeeded },
      { type: 'payment_intent.succeeded', created: T + 1, object: succeeded },
    );
    const told = await validFacts(appId);
    expect(told).toMatchObject([
      {
        type: 'payment.succeeded',
        subject: expect.stringMatching(/^pay_/),
        seq: 1,
        data: {
          gateway: 'stripe',
          gatewayRef: pi,
          livemode: false,
          userId: 'user_1',
          amount: 1_099,
          amountReceived: 1_099,
        },
      },
    ]);
    expect(told[0]!.data.paymentId).toBe(told[0]!.subject);
    expect(Object.values(await decisions(appId))).toEqual(['applied', 'applied', 'applied', 'repeated']);
  });

  it('may fail many times, is told of each attempt once, and may still succeed', async () => {
    const appId = newUuid();
    const pi = name('pi');
    const failed = (created: number, error: object): ToldEvent => ({
      type: 'payment_intent.payment_failed',
      created,
      object: paymentIntent(pi, { last_payment_error: error, ...user }),
    });
    const refused = { code: 'payment_intent_authentication_failure' };
    await tell(
      appId,
      failed(T, declined),
      failed(T, declined),
      failed(T + 5, { ...declined, charge: 'ch_2' }),
      failed(T + 9, refused),
      failed(T + 9, refused),
      failed(T + 14, refused),
      {
        type: 'payment_intent.succeeded',
        created: T + 20,
        object: paymentIntent(pi, { status: 'succeeded', ...user }),
      },
      failed(T + 15, { ...declined, charge: 'ch_3' }),
    );
    expect(types(await validFacts(appId))).toEqual([...Array<string>(4).fill('payment.failed'), 'payment.succeeded']);
    expect(Object.values(await decisions(appId)).at(-1)).toBe('superseded');
    // Recorded all the same.
    expect(await stage.state(appId, pi)).toMatchObject({
      state: { past: { attempts: expect.arrayContaining([expect.objectContaining({ key: 'ch_3', at: T + 15 })]) } },
    });
  });

  it('is reserved, captured or let go; asks its customer once for each attempt', async () => {
    const appId = newUuid();
    const pi = name('pi');
    const action: ToldEvent = {
      type: 'payment_intent.requires_action',
      created: T,
      object: paymentIntent(pi, {
        status: 'requires_action',
        payment_method: 'pm_1',
        next_action: { type: 'redirect_to_url', redirect_to_url: { url: 'https://bank.example/secret' } },
        metadata: { signalbox_deep_link: 'shop://pay/1' },
      }),
    };
    await tell(
      appId,
      action,
      { ...action, created: T + 1 },
      {
        type: 'payment_intent.amount_capturable_updated',
        created: T + 5,
        object: paymentIntent(pi, { status: 'requires_capture', amount_capturable: 1_099 }),
      },
      {
        type: 'payment_intent.canceled',
        created: T + 9,
        object: paymentIntent(pi, { status: 'canceled', cancellation_reason: 'abandoned' }),
      },
    );
    const told = await validFacts(appId);
    expect(told.map(({ type, data }) => [type, data.nextAction ?? data.amountCapturable ?? data.reason])).toEqual([
      ['payment.action_required', 'redirect_to_url'],
      ['payment.authorized', 1_099],
      ['payment.canceled', 'abandoned'],
    ]);
    expect(told[0]!.data.deepLink).toBe('shop://pay/1');
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('whose reservation was let go gave nothing back', async () => {
    const appId = newUuid();
    const [pi, ch] = [name('pi'), name('ch')];
    await tell(
      appId,
      { type: 'payment_intent.canceled', object: paymentIntent(pi, { status: 'canceled' }) },
      {
        type: 'charge.refunded',
        object: charge(ch, {
          payment_intent: pi,
          captured: false,
          amount_captured: 0,
          amount_refunded: 1_099,
          refunded: true,
        }),
      },
    );
    expect(types(await facts(appId))).toEqual(['payment.canceled']);
  });

  it('tells what it gave back in all, and takes off what failed later', async () => {
    const appId = newUuid();
    const [pi, ch, re] = [name('pi'), name('ch'), name('re')];
    const refunded = (amount: number) => charge(ch, { payment_intent: pi, amount_refunded: amount });
    const of = (more: Record<string, unknown>) => refund(re, { payment_intent: pi, charge: ch, amount: 300, ...more });
    knows(paymentIntent(pi, user));
    await tell(
      appId,
      { type: 'charge.refunded', created: T, object: refunded(300) },
      { type: 'refund.created', created: T, object: of({}) },
      { type: 'charge.refunded', created: T + 5, object: refunded(500) },
      { type: 'charge.refunded', created: T, object: refunded(300) },
      { type: 'refund.failed', created: T + 9, object: of({ status: 'failed', failure_reason: 'declined' }) },
    );
    const told = await validFacts(appId);
    const given = told.filter(({ type }) => type === 'payment.refunded');
    expect(given.map(({ data, seq }) => [data.amountRefunded, seq, data.userId])).toEqual([
      [300, 1, 'user_1'],
      [500, 2, 'user_1'],
      [200, 3, 'user_1'],
    ]);
    expect(
      told
        .filter(({ type }) => type.startsWith('refund.'))
        .map(({ type, data, subject }) => [type, data.reason, subject]),
    ).toEqual([
      ['refund.created', 'requested_by_customer', re],
      ['refund.failed', 'declined', re],
    ]);
  });
});

describe('a dispute', () => {
  it('that is heard of first when it is closed is opened all the same; lost may become won', async () => {
    const appId = newUuid();
    const [dp, pi] = [name('dp'), name('pi')];
    const of = (status: string) => dispute(dp, { status, payment_intent: pi });
    knows(paymentIntent(pi, user), of('lost'));
    await tell(
      appId,
      { type: 'charge.dispute.closed', created: T + 9, object: of('lost') },
      { type: 'charge.dispute.created', created: T, object: of('needs_response') },
    );
    knows(of('won'));
    await tell(appId, { type: 'charge.dispute.closed', created: T + 99, object: of('won') });
    const told = await validFacts(appId);
    expect(types(told)).toEqual(['dispute.opened', 'dispute.lost', 'dispute.won']);
    expect(told[0]!.data).toMatchObject({ userId: 'user_1', disputeId: dp, evidenceDueBy: '2026-10-03T04:00:00.000Z' });
    expect(Object.values(await decisions(appId))).toEqual(['applied', 'superseded', 'applied']);
  });

  it('moves money only where the ledger says so, each entry once; an inquiry moves none and may escalate', async () => {
    const appId = newUuid();
    const dp = name('dp');
    const ledger = [
      { id: 'txn_1', amount: -1_099 },
      { id: 'txn_2', amount: 400 },
    ];
    const inquiry = dispute(dp, { status: 'warning_needs_response' });
    knows(inquiry);
    await tell(appId, { type: 'charge.dispute.created', created: T, object: inquiry });
    const lost = dispute(dp, { status: 'lost', balance_transactions: ledger });
    knows(lost);
    await tell(
      appId,
      { type: 'charge.dispute.funds_withdrawn', created: T + 5, object: lost },
      { type: 'charge.dispute.closed', created: T + 9, object: lost },
      { type: 'charge.dispute.funds_reinstated', created: T + 9, object: lost },
      { type: 'charge.dispute.funds_withdrawn', created: T + 5, object: lost },
    );
    const told = await validFacts(appId);
    expect(told.map(({ type, data }) => [type, data.amount])).toEqual([
      ['dispute.opened', 1_099],
      ['dispute.escalated', 1_099],
      ['dispute.lost', 1_099],
      ['dispute.funds_withdrawn', 1_099],
      ['dispute.funds_reinstated', 400],
    ]);
  });

  it('that is feared before it is there names the amount of its charge', async () => {
    const appId = newUuid();
    const [ch, pi] = [name('ch'), name('pi')];
    knows(charge(ch, { payment_intent: pi, ...user }));
    const warning = (id: string) => ({
      id,
      object: 'radar.early_fraud_warning',
      charge: ch,
      fraud_type: 'misc',
      actionable: true,
    });
    const [first, second] = [warning(name('issfr')), warning(name('issfr'))];
    knows(second);
    await tell(
      appId,
      { type: 'radar.early_fraud_warning.created', object: first },
      { type: 'v1.radar.early_fraud_warning.created', object: second, thin: true },
    );
    const feared = {
      type: 'fraud_warning.created',
      data: { amount: 1_099, fraudType: 'misc', userId: 'user_1', paymentId: expect.anything() },
    };
    expect(await validFacts(appId)).toMatchObject([feared, feared]);
  });
});

describe('a subscription', () => {
  it('is read as it stands now: told when what it gives changes, and only then', async () => {
    const appId = newUuid();
    const sub = name('sub');
    for (const status of ['trialing', 'active', 'active', 'past_due', 'active', 'canceled']) {
      knows(subscription(sub, { status, ...user }));
      await tell(appId, { type: 'customer.subscription.updated', object: subscription(sub, { status: 'incomplete' }) });
    }
    stripe.objects.delete(sub);
    await tell(appId, { type: 'customer.subscription.deleted', object: subscription(sub, { status: 'canceled' }) });
    const told = await validFacts(appId);
    expect(told.map(({ data, seq }) => [data.status, data.entitled, data.entitledUntil, seq])).toEqual([
      ['trialing', true, '2026-10-14T17:46:40.000Z', 1],
      ['active', true, '2026-10-14T17:46:40.000Z', 2],
      ['past_due', true, '2026-10-14T17:46:40.000Z', 3],
      ['active', true, '2026-10-14T17:46:40.000Z', 4],
      ['canceled', false, undefined, 5],
    ]);
    expect(await stage.state(appId, sub)).toMatchObject({ deleted: true });
  });

  it('that is gone at Stripe gives nothing any more', async () => {
    const appId = newUuid();
    const sub = name('sub');
    knows(subscription(sub));
    await tell(appId, { type: 'customer.subscription.created', object: subscription(sub) });
    stripe.objects.delete(sub);
    await tell(appId, { type: 'v1.customer.subscription.deleted', object: subscription(sub), thin: true });
    expect((await validFacts(appId)).map(({ data }) => data.entitled)).toEqual([true, false]);
  });

  it('reminds of the end of a trial, and of an invoice that is yet to come and has no id', async () => {
    const appId = newUuid();
    const sub = name('sub');
    knows(subscription(sub, { status: 'trialing', trial_end: 1_792_000_000, ...user }));
    const { id: _none, ...upcoming } = invoice('in_none', {
      parent: { subscription_details: { subscription: sub, metadata: user.metadata } },
      next_payment_attempt: 1_792_000_000,
    });
    await tell(
      appId,
      { type: 'customer.subscription.trial_will_end', object: subscription(sub) },
      { type: 'invoice.upcoming', object: upcoming },
      { type: 'v1.invoice.upcoming', object: { object: 'invoice' }, thin: true },
    );
    expect((await validFacts(appId)).map(({ type, subject, data }) => [type, subject, data.userId])).toEqual([
      ['subscription.changed', sub, 'user_1'],
      ['subscription.trial_ending', sub, 'user_1'],
      ['invoice.upcoming', sub, 'user_1'],
    ]);
    expect(Object.values(await decisions(appId)).at(-1)).toBe('stored');
  });

  it('duns once for each attempt, knows the last one, and stops when it is paid', async () => {
    const appId = newUuid();
    const bill = name('in');
    const failed = (attempt: number, next: number | null): ToldEvent => ({
      type: 'invoice.payment_failed',
      created: T + attempt * 100,
      object: invoice(bill, { attempt_count: attempt, next_payment_attempt: next }),
    });
    await tell(
      appId,
      failed(1, T + 200),
      failed(1, T + 200),
      failed(3, null),
      failed(2, T + 300),
      {
        type: 'invoice.payment_action_required',
        created: T + 400,
        object: invoice(bill, { attempt_count: 4, next_payment_attempt: null }),
      },
      {
        type: 'invoice.paid',
        created: T + 500,
        object: invoice(bill, { attempt_count: 4, status: 'paid', amount_paid: 999 }),
      },
      {
        type: 'invoice.payment_succeeded',
        created: T + 500,
        object: invoice(bill, { attempt_count: 4, status: 'paid', amount_paid: 999 }),
      },
      failed(4, null),
    );
    expect((await validFacts(appId)).map(({ type, data }) => [type, data.attempt, data.last])).toEqual([
      ['invoice.payment_failed', 1, false],
      ['invoice.payment_failed', 3, true],
      ['invoice.action_required', undefined, undefined],
      ['invoice.paid', undefined, undefined],
    ]);
  });

  it('is voided or written off in words of its own, and written off is not the end', async () => {
    const appId = newUuid();
    const [first, second] = [name('in'), name('in')];
    await tell(
      appId,
      { type: 'invoice.voided', created: T, object: invoice(first, { status: 'void' }) },
      { type: 'invoice.marked_uncollectible', created: T, object: invoice(second, { status: 'uncollectible' }) },
      { type: 'invoice.paid', created: T + 9, object: invoice(second, { status: 'paid' }) },
    );
    expect(types(await validFacts(appId))).toEqual(['invoice.voided', 'invoice.uncollectible', 'invoice.paid']);
  });

  it('an invoice is tied to the payment that paid it', async () => {
    const appId = newUuid();
    const pi = name('pi');
    await tell(appId, {
      type: 'invoice_payment.paid',
      object: {
        id: name('inpay'),
        object: 'invoice_payment',
        status: 'paid',
        currency: 'eur',
        amount_paid: 999,
        invoice: 'in_1',
        payment: { type: 'payment_intent', payment_intent: pi },
      },
    });
    const rows = await stage.sql(
      `SELECT o.object_type AS kind FROM stripe_object o JOIN payment p ON p.id = o.payment_id
       WHERE p.app_id = $1 AND p.gateway_ref = $2`,
      [appId, pi],
    );
    expect(rows).toEqual([{ kind: 'invoice_payment' }]);
  });
});

describe('methods, set-ups, payouts, accounts', () => {
  it('a method is attached, renewed silently and detached, each told once and to its owner', async () => {
    const appId = newUuid();
    const [pm, cus] = [name('pm'), name('cus')];
    const card = (exp_year: number) => ({ brand: 'visa', last4: '4242', exp_month: 1, exp_year });
    const method = (more: Record<string, unknown>) => paymentMethod(pm, more);
    knows(customer(cus, 'user_1'), method({ customer: cus, card: card(2_030) }));
    await tell(appId, { type: 'payment_method.attached', object: method({ customer: cus }) });
    knows(method({ customer: cus, card: card(2_033) }));
    const renewed: ToldEvent = { type: 'payment_method.automatically_updated', object: method({ customer: cus }) };
    await tell(appId, renewed, renewed);
    knows(method({ customer: null }));
    await tell(appId, {
      type: 'payment_method.detached',
      object: method({ customer: null }),
      previous: { customer: cus },
    });
    expect((await validFacts(appId)).map(({ type, data }) => [type, data.last4, data.userId])).toEqual([
      ['payment_method.attached', '4242', 'user_1'],
      ['payment_method.changed', '4242', 'user_1'],
      ['payment_method.detached', undefined, 'user_1'],
    ]);
  });

  it('a set-up asks, fails and succeeds like a payment', async () => {
    const appId = newUuid();
    const seti = name('seti');
    const of = (more: Record<string, unknown>) => setupIntent(seti, { ...user, ...more });
    await tell(
      appId,
      { type: 'setup_intent.created', created: T, object: of({}) },
      {
        type: 'setup_intent.requires_action',
        created: T,
        object: of({ status: 'requires_action', next_action: { type: 'use_stripe_sdk' } }),
      },
      {
        type: 'setup_intent.setup_failed',
        created: T + 1,
        object: of({ latest_attempt: 'setatt_1', last_setup_error: { code: 'x' } }),
      },
      { type: 'setup_intent.succeeded', created: T + 9, object: of({ status: 'succeeded', payment_method: 'pm_1' }) },
      {
        type: 'setup_intent.setup_failed',
        created: T + 2,
        object: of({ latest_attempt: 'setatt_2', last_setup_error: { code: 'x' } }),
      },
    );
    expect(types(await validFacts(appId))).toEqual(['setup.action_required', 'setup.failed', 'setup.succeeded']);
  });

  it('a payout that was paid may fail', async () => {
    const appId = newUuid();
    const po = name('po');
    await tell(
      appId,
      { type: 'payout.paid', created: T, object: payout(po, { status: 'paid' }) },
      {
        type: 'payout.failed',
        created: T + 9,
        object: payout(po, { status: 'failed', failure_code: 'account_closed' }),
      },
      { type: 'payout.paid', created: T, object: payout(po, { status: 'paid' }) },
    );
    expect((await validFacts(appId)).map(({ type, data }) => [type, data.code])).toEqual([
      ['payout.paid', undefined],
      ['payout.failed', 'account_closed'],
    ]);
  });

  it('an account that leaves is told of, whatever shape the event has', async () => {
    const appId = newUuid();
    const left: ToldEvent = {
      type: 'account.application.deauthorized',
      account: 'acct_1',
      object: { id: 'ca_1', object: 'application', name: 'us' },
    };
    await tell(
      appId,
      left,
      { ...left, id: name('evt') },
      { ...left, type: `v1.${left.type}`, account: 'acct_2', object: { object: 'account' }, thin: true },
    );
    expect((await validFacts(appId)).map(({ type, subject, data }) => [type, subject, data.account])).toEqual([
      ['account.deauthorized', 'acct_1', 'acct_1'],
      ['account.deauthorized', 'acct_2', 'acct_2'],
    ]);
  });

  it('what we know nothing of is stored, and nothing is asked', async () => {
    const appId = newUuid();
    const asked = stripe.asked.length;
    await tell(
      appId,
      { type: 'tax_rate.created', object: { id: name('txr'), object: 'tax_rate' } },
      { type: 'v1.price.updated', object: { id: name('price'), object: 'price' }, thin: true },
      { type: 'payment_intent.dreamt_of', object: { id: name('pi'), object: 'payment_intent' } },
    );
    expect(Object.values(await decisions(appId))).toEqual(['stored', 'stored', 'stored']);
    expect(stripe.asked).toHaveLength(asked);
    expect(await facts(appId)).toEqual([]);
  });
});

describe('thin events', () => {
  it('are read as the object stands now, once for all that wait', async () => {
    const appId = newUuid();
    const pi = name('pi');
    knows(paymentIntent(pi, { status: 'succeeded', amount_received: 1_099, ...user }));
    const thin = (type: string): ToldEvent => ({ type, object: paymentIntent(pi), thin: true, created: T });
    const [key] = await receive(appId, [
      thin('v1.payment_intent.created'),
      thin('v1.payment_intent.processing'),
      thin('v1.payment_intent.succeeded'),
    ]);
    const asked = stripe.asked.length;
    await drain(key!);
    expect(stripe.asked.slice(asked)).toMatchObject([{ objectType: 'payment_intent', objectId: pi }]);
    expect(types(await validFacts(appId))).toEqual(['payment.succeeded']);
  });

  it('say nothing more when their snapshot is here, and the other way round', async () => {
    const appId = newUuid();
    const [pi, other] = [name('pi'), name('pi')];
    const succeeded = (id: string) => paymentIntent(id, { status: 'succeeded', amount_received: 1_099 });
    knows(succeeded(other));
    const asked = stripe.asked.length;
    await tell(
      appId,
      { id: `evt_${pi}`, type: 'payment_intent.succeeded', object: succeeded(pi) },
      { type: 'v1.payment_intent.succeeded', object: succeeded(pi), thin: true, snapshotEvent: `evt_${pi}` },
    );
    expect(stripe.asked).toHaveLength(asked);
    await tell(
      appId,
      { type: 'v1.payment_intent.succeeded', object: succeeded(other), thin: true, snapshotEvent: `evt_${other}` },
      { id: `evt_${other}`, type: 'payment_intent.succeeded', object: succeeded(other) },
    );
    expect(Object.values(await decisions(appId))).toEqual(['applied', 'repeated', 'applied', 'repeated']);
    expect(types(await facts(appId))).toEqual(['payment.succeeded', 'payment.succeeded']);
  });

  it('speak in the place of a snapshot that is dead', async () => {
    const appId = newUuid();
    const pi = name('pi');
    knows(paymentIntent(pi, { status: 'succeeded' }));
    await tell(
      appId,
      { id: `evt_${pi}`, type: 'payment_intent.succeeded', object: { id: pi, object: 'payment_intent' } },
      { type: 'v1.payment_intent.succeeded', object: paymentIntent(pi), thin: true, snapshotEvent: `evt_${pi}` },
    );
    expect(Object.values(await decisions(appId))).toEqual(['unknown_shape', 'applied']);
  });

  it('about something that is gone end it', async () => {
    const appId = newUuid();
    const pi = name('pi');
    await tell(appId, { type: 'v1.payment_intent.succeeded', object: paymentIntent(pi), thin: true });
    expect(Object.values(await decisions(appId))).toEqual(['applied']);
    expect(await stage.state(appId, pi)).toMatchObject({ state: {}, deleted: true });
    expect(await facts(appId)).toEqual([]);
  });
});

describe('an event that cannot be read', () => {
  it('waits for a person, and the other events of its object go on', async () => {
    const appId = newUuid();
    const pi = name('pi');
    await tell(
      appId,
      { type: 'payment_intent.created', created: T, object: paymentIntent(pi, { status: 'pondering' }) },
      { type: 'payment_intent.processing', created: T + 1, object: paymentIntent(pi), body: '{"id": ' },
      { type: 'payment_intent.succeeded', created: T + 2, object: paymentIntent(pi, { status: 'succeeded' }) },
    );
    expect(Object.values(await decisions(appId))).toEqual(['unknown_shape', 'unreadable', 'applied']);
    expect(
      (await validFacts(appId)).map(({ type, subject, data }) => [type, subject.slice(0, 4), data.reason]),
    ).toEqual([
      ['stripe_event.dead', 'ste_', 'unknown_shape'],
      ['stripe_event.dead', 'ste_', 'unreadable'],
      ['payment.succeeded', 'pay_', undefined],
    ]);
    const [row] = await stage.sql<{ detail: string }>(
      `SELECT i.detail FROM stripe_inbox i JOIN stripe_event e ON e.id = i.event WHERE e.app_id = $1 AND i.reason = 'unknown_shape'`,
      [appId],
    );
    expect(row!.detail).toMatch(/^\$\.data\.object\.status: /);
  });

  it('costs nothing where only the present object counts', async () => {
    const appId = newUuid();
    const sub = name('sub');
    knows(subscription(sub));
    await tell(appId, { type: 'customer.subscription.updated', object: { id: sub, object: 'subscription' } });
    expect(types(await facts(appId))).toEqual(['subscription.changed']);
  });

  it('is dead also where the present object has no shape that we know', async () => {
    const appId = newUuid();
    const sub = name('sub');
    knows({ ...subscription(sub), items: null } as never);
    await tell(appId, { type: 'customer.subscription.updated', object: subscription(sub) });
    expect(Object.values(await decisions(appId))).toEqual(['unknown_shape']);
  });
});

describe('while Stripe does not answer', () => {
  const silent = (ms: number) => () => ({ kind: 'later' as const, ms, reason: 'rate limited' });

  it('only what needs an answer waits', async () => {
    const appId = newUuid();
    const pi = name('pi');
    const [key] = await receive(appId, [
      { type: 'payment_intent.succeeded', created: T + 1, object: paymentIntent(pi, { status: 'succeeded', ...user }) },
      { type: 'v1.payment_intent.processing', created: T, object: paymentIntent(pi), thin: true },
    ]);
    stripe.instead = silent(1_234);
    expect(await drain(key!)).toEqual({ end: 'later', ms: 1_234, reason: 'rate limited' });
    expect(Object.values(await decisions(appId))).toEqual(['applied', 'open']);
    stripe.instead = undefined;
    knows(paymentIntent(pi, { status: 'succeeded', ...user }));
    expect(await drain(key!)).toEqual({ end: 'drained' });
    expect(types(await facts(appId))).toEqual(['payment.succeeded']);
  });

  it('a fact waits a minute to learn who its user is, and is then told without', async () => {
    const appId = newUuid();
    const [pi, cus] = [name('pi'), name('cus')];
    const failed: ToldEvent = {
      type: 'payment_intent.payment_failed',
      object: paymentIntent(pi, { customer: cus, last_payment_error: declined }),
    };
    const [key] = await receive(appId, [failed]);
    stripe.instead = silent(500);
    expect(await drain(key!)).toEqual({ end: 'later', ms: 500, reason: 'rate limited' });
    expect(await facts(appId)).toEqual([]);
    await stage.sql(`UPDATE stripe_event SET received_at = now() - interval '2 minutes' WHERE app_id = $1`, [appId]);
    expect(await drain(key!)).toEqual({ end: 'drained' });
    stripe.instead = undefined;
    expect((await validFacts(appId)).map(({ type, data }) => [type, data.userId])).toEqual([
      ['payment.failed', undefined],
    ]);
  });
});

describe('the user of a payment', () => {
  it('is asked of Stripe once for a customer that we never heard of', async () => {
    const appId = newUuid();
    const [first, second, cus] = [name('pi'), name('pi'), name('cus')];
    knows(customer(cus, 'user_7'));
    const asked = stripe.asked.length;
    const succeeded = (pi: string): ToldEvent => ({
      type: 'payment_intent.succeeded',
      object: paymentIntent(pi, { status: 'succeeded', customer: cus }),
    });
    await tell(appId, succeeded(first), succeeded(second));
    expect(stripe.asked.slice(asked)).toMatchObject([{ objectType: 'customer', objectId: cus }]);
    expect((await facts(appId)).map(({ data }) => data.userId)).toEqual(['user_7', 'user_7']);
  });

  it('is told by the customer as soon as it names one', async () => {
    const appId = newUuid();
    const [pi, cus] = [name('pi'), name('cus')];
    const failed: ToldEvent = {
      type: 'payment_intent.payment_failed',
      object: paymentIntent(pi, { customer: cus, last_payment_error: declined }),
    };
    knows(customer(cus));
    await tell(
      appId,
      failed,
      { type: 'customer.updated', object: customer(cus, 'user_8') },
      {
        ...failed,
        created: T + 9,
        object: paymentIntent(pi, { customer: cus, last_payment_error: { ...declined, charge: 'ch_9' } }),
      },
      { type: 'customer.deleted', created: T + 9, object: customer(cus) },
      {
        type: 'payment_intent.canceled',
        created: T + 10,
        object: paymentIntent(pi, { customer: cus, status: 'canceled' }),
      },
    );
    expect((await facts(appId)).map(({ data }) => data.userId)).toEqual([undefined, 'user_8', 'user_8']);
    expect(await stage.state(appId, cus)).toMatchObject({ deleted: true });
  });
});

describe('work on one object', () => {
  it('that moved on while Stripe was asked begins anew: an old answer is never written over a newer one', async () => {
    const appId = newUuid();
    const sub = name('sub');
    const told: ToldEvent = { type: 'customer.subscription.updated', object: subscription(sub) };
    const [slow, old] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const answer = stripe.read.bind(stripe);
    let questions = 0;
    stripe.read = async (ref) => {
      if (ref.objectId !== sub) return answer(ref);
      questions += 1;
      if (questions === 1) {
        // The one that comes second in the end: Stripe takes its time, and then says how it is then.
        asked[0]!.resolve();
        await slow.promise;
        return answer(ref);
      }
      if (questions === 2) {
        const early = await answer(ref);
        asked[1]!.resolve();
        await old.promise;
        return early;
      }
      // The slow one dies over what came meanwhile, which so is left to the other.
      if (questions === 3) throw new Error('killed');
      return answer(ref);
    };
    knows(subscription(sub, { status: 'active' }));
    const [key] = await receive(appId, [told]);
    const newer = drain(key!).catch(() => 'killed');
    await asked[0]!.promise;
    await receive(appId, [told]);
    const older = drain(key!);
    await asked[1]!.promise;
    knows(subscription(sub, { status: 'past_due' }));
    slow.resolve();
    expect(await newer).toBe('killed');
    old.resolve();
    expect(await older).toEqual({ end: 'drained' });
    stripe.read = answer;
    expect((await facts(appId)).map(({ data }) => data.status)).toEqual(['past_due']);
    expect(Object.values(await decisions(appId))).toEqual(['applied', 'superseded']);
  });

  it('is serial: many at once tell each effect once, numbered without a gap', async () => {
    const appId = newUuid();
    const pi = name('pi');
    const events = Array.from({ length: 40 }, (_, index): ToldEvent => ({
      type: 'payment_intent.payment_failed',
      created: T + index,
      object: paymentIntent(pi, { last_payment_error: { ...declined, charge: `ch_${index}` }, ...user }),
    }));
    const [key] = await receive(appId, events);
    await Promise.all(Array.from({ length: 6 }, () => drain(key!)));
    const told = await facts(appId);
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index + 1));
    expect(told).toHaveLength(40);
    expect(Object.values(await decisions(appId))).toEqual(events.map(() => 'applied'));
  });

  it('live and connected accounts never mix', async () => {
    const appId = newUuid();
    const pi = name('pi');
    const succeeded: ToldEvent = {
      type: 'payment_intent.succeeded',
      object: paymentIntent(pi, { status: 'succeeded' }),
    };
    await tell(appId, succeeded, { ...succeeded, account: 'acct_9' });
    await tell(newUuid(), succeeded);
    expect((await validFacts(appId)).map(({ data }) => data.account)).toEqual([undefined, 'acct_9']);
  });

  it('that is done again, as a replay does it, decides nothing anew', async () => {
    const appId = newUuid();
    const pi = name('pi');
    const [key] = await receive(appId, [
      { type: 'payment_intent.succeeded', object: paymentIntent(pi, { status: 'succeeded' }) },
    ]);
    await drain(key!);
    await stage.sql(
      'INSERT INTO stripe_inbox (object_key, event) SELECT object_key, id FROM stripe_event WHERE app_id = $1',
      [appId],
    );
    await drain(key!);
    expect(types(await facts(appId))).toEqual(['payment.succeeded']);
    expect(Object.values(await decisions(appId))).toEqual(['applied']);
  });

  it('hears health events out before they are put away', async () => {
    const appId = newUuid();
    const heard: string[] = [];
    const [key] = await receive(appId, [
      { type: 'v2.core.health.event_generation_failure.resolved', object: { object: 'none' }, thin: true },
    ]);
    const onHealthEvent = async ({ type, body }: HealthEvent) => {
      heard.push(type, JSON.parse(body.toString()).object);
      return heard.length > 2 ? undefined : { later: 99, reason: 'not now' };
    };
    expect(await drainWith({ ...stage.parts(), onHealthEvent }, key!)).toMatchObject({ end: 'later', ms: 99 });
    expect(await drainWith({ ...stage.parts(), onHealthEvent }, key!)).toEqual({ end: 'drained' });
    heard.splice(0, 2);
    expect(heard).toEqual(['v2.core.health.event_generation_failure.resolved', 'v2.core.event']);
    expect(Object.values(await decisions(appId))).toEqual(['stored']);
  });
});
