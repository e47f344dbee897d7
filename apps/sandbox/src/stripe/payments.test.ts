import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import type Stripe from 'stripe';
import { StripeHarness } from './stripe.harness.js';

jest.setTimeout(30_000);

let harness: StripeHarness;
beforeAll(async () => {
  harness = await StripeHarness.start();
});
afterAll(() => harness.stop());

const CARD = { currency: 'usd', payment_method_types: ['card'], confirm: true };

async function pay(stripe: Stripe, card: string, more: object = {}): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({ ...CARD, amount: 2000, payment_method: card, ...more });
}

async function balanceOf(stripe: Stripe): Promise<number> {
  const transactions = await stripe.balanceTransactions.list({ limit: 100 });
  return transactions.data.reduce((sum, { net }) => sum + net, 0);
}

describe('a payment through the SDK', () => {
  it('succeeds, is booked with its fee, and tells everything in order', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const inbox = await harness.inbox(key);
    const intent = await pay(stripe, 'pm_card_visa', {
      metadata: { order: '7' },
      expand: ['latest_charge.balance_transaction'],
    });
    const charge = intent.latest_charge as Stripe.Charge;
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount_received: 2000,
      livemode: false,
      metadata: { order: '7' },
    });
    expect(charge).toMatchObject({ paid: true, captured: true, amount_captured: 2000, payment_intent: intent.id });
    expect(charge.balance_transaction).toMatchObject({
      amount: 2000,
      fee: 88,
      net: 1912,
      type: 'charge',
      source: charge.id,
    });
    await inbox.arrival('charge.updated');
    expect(new Set(inbox.types())).toEqual(
      new Set(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded', 'charge.updated']),
    );
    const events = await stripe.events.list();
    expect(events.data.map(({ type }) => type).reverse()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'charge.updated',
    ]);
    expect(await balanceOf(stripe)).toBe(1912);
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'incorrect_cvc'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error'],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
  ])('of %s is declined as a card error, and can be paid with another card', async (card, code, declineCode) => {
    const stripe = harness.sdk();
    const error = await harness.refusal(pay(stripe, card));
    expect(error).toMatchObject({ type: 'StripeCardError', statusCode: 402, code, decline_code: declineCode });
    const intent = await stripe.paymentIntents.retrieve(error.payment_intent?.id ?? '');
    expect(intent).toMatchObject({ status: 'requires_payment_method', payment_method: null, amount_received: 0 });
    expect(intent.last_payment_error).toMatchObject({ code, decline_code: declineCode, charge: intent.latest_charge });
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'succeeded', last_payment_error: null });
    const charges = await stripe.charges.list({ payment_intent: intent.id });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(await balanceOf(stripe)).toBe(1912);
  });

  it('waits for the customer when the bank wants to see them, and goes both ways', async () => {
    const stripe = harness.sdk();
    for (const [outcome, status] of [
      ['succeed', 'succeeded'],
      ['fail', 'requires_payment_method'],
    ] as const) {
      const intent = await pay(stripe, 'pm_card_authenticationRequired', { return_url: 'https://example.com/back' });
      expect(intent).toMatchObject({
        status: 'requires_action',
        next_action: { type: 'redirect_to_url' },
        latest_charge: null,
      });
      await harness.control('POST', `payment-intents/${intent.id}/authenticate`, { outcome });
      expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status, next_action: null });
    }
    const offSession = await harness.refusal(pay(stripe, 'pm_card_authenticationRequired', { off_session: true }));
    expect(offSession).toMatchObject({ code: 'authentication_required', decline_code: 'authentication_required' });
  });

  it('can be authenticated on the page that the intent leads to', async () => {
    const intent = await pay(harness.sdk(), 'pm_card_threeDSecure2Required', {
      return_url: 'https://example.com/back',
    });
    const page = intent.next_action?.redirect_to_url?.url ?? '';
    expect(await (await fetch(page)).text()).toContain('Is this you?');
    const answered = await fetch(`${page}?outcome=succeed`, { method: 'POST', redirect: 'manual' });
    expect([answered.status, answered.headers.get('location')]).toEqual([303, 'https://example.com/back']);
  });

  it('can be held and captured in part, or let go', async () => {
    const stripe = harness.sdk();
    const held = await pay(stripe, 'pm_card_visa', { capture_method: 'manual' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 2000, amount_received: 0 });
    expect(await balanceOf(stripe)).toBe(0);
    const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1500 });
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 1500, amount_capturable: 0 });
    expect(await harness.refusal(stripe.paymentIntents.capture(held.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });

    const other = await pay(stripe, 'pm_card_visa', { capture_method: 'manual' });
    await stripe.paymentIntents.cancel(other.id, { cancellation_reason: 'abandoned' });
    expect(await stripe.charges.retrieve(other.latest_charge as string)).toMatchObject({
      captured: false,
      refunded: true,
    });
    expect(await balanceOf(stripe)).toBe(1500 - 74);
  });

  it('refuses what Stripe refuses, and names the parameter', async () => {
    const stripe = harness.sdk();
    const refused = (params: object) =>
      harness.refusal(stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams));
    expect(await refused({ currency: 'usd' })).toMatchObject({
      code: 'parameter_missing',
      param: 'amount',
      statusCode: 400,
    });
    expect(await refused({ amount: 'ten', currency: 'usd' })).toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'amount',
    });
    expect(await refused({ amount: 1, currency: 'usd' })).toMatchObject({ code: 'amount_too_small' });
    expect(await refused({ amount: 100, currency: 'usd', customer: 'cus_no' })).toMatchObject({
      code: 'resource_missing',
      param: 'customer',
    });
    expect(await harness.refusal(stripe.paymentIntents.retrieve('pi_no'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
    const done = await pay(stripe, 'pm_card_visa');
    expect(await harness.refusal(stripe.paymentIntents.confirm(done.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });
});

describe('a refund', () => {
  it('gives back part by part, never more than there was, and leaves the balance right', async () => {
    const stripe = harness.sdk();
    const { id, latest_charge: charge } = await pay(stripe, 'pm_card_visa');
    await stripe.refunds.create({ payment_intent: id, amount: 500, reason: 'requested_by_customer' });
    expect(await stripe.charges.retrieve(charge as string)).toMatchObject({ amount_refunded: 500, refunded: false });
    expect(await harness.refusal(stripe.refunds.create({ payment_intent: id, amount: 1501 }))).toMatchObject({
      param: 'amount',
    });
    await stripe.refunds.create({ charge: charge as string });
    expect(await stripe.charges.retrieve(charge as string, { expand: ['refunds'] })).toMatchObject({
      amount_refunded: 2000,
      refunded: true,
      refunds: { data: [{ amount: 1500 }, { amount: 500 }] },
    });
    expect(await harness.refusal(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(await balanceOf(stripe)).toBe(-88);
  });

  it('that succeeded can fail later, and the money is owed again', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const inbox = await harness.inbox(key);
    const { id, latest_charge: charge } = await pay(stripe, 'pm_card_refundFail');
    const refund = await stripe.refunds.create({ payment_intent: id });
    expect(refund.status).toBe('succeeded');
    await harness.control('POST', `refunds/${refund.id}/settle`, { outcome: 'fail' });
    const failed = await inbox.arrival('refund.failed');
    expect(failed.data.object).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect(await stripe.charges.retrieve(charge as string)).toMatchObject({ amount_refunded: 0, refunded: false });
    expect(await balanceOf(stripe)).toBe(1912);
  });

  it('can be pending, arrive, or be canceled before', async () => {
    const stripe = harness.sdk();
    const pending = async () =>
      stripe.refunds.create({ payment_intent: (await pay(stripe, 'pm_card_pendingRefund')).id });
    const [arriving, canceled] = [await pending(), await pending()];
    expect(arriving).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    await harness.control('POST', `refunds/${arriving.id}/settle`, { outcome: 'succeed' });
    expect(await stripe.refunds.retrieve(arriving.id)).toMatchObject({ status: 'succeeded' });
    expect(await stripe.refunds.cancel(canceled.id)).toMatchObject({ status: 'canceled' });
    expect(await balanceOf(stripe)).toBe(2 * 1912 - 2000);
  });
});

describe('a dispute', () => {
  it.each([
    ['winning_evidence', 'won', 1912],
    ['losing_evidence', 'lost', 1912 - 2000 - 1500],
  ])('with %s is %s, and the funds follow', async (words, status, balance) => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const inbox = await harness.inbox(key);
    const { id } = await pay(stripe, 'pm_card_createDispute');
    const [dispute] = (await stripe.disputes.list({ payment_intent: id })).data;
    expect(dispute).toMatchObject({ status: 'needs_response', reason: 'fraudulent', amount: 2000 });
    expect(await balanceOf(stripe)).toBe(1912 - 2000 - 1500);
    expect(await harness.refusal(stripe.refunds.create({ payment_intent: id }))).toMatchObject({
      code: 'charge_disputed',
    });
    await stripe.disputes.update(dispute!.id, { evidence: { uncategorized_text: words } });
    const closed = await inbox.arrival('charge.dispute.closed');
    expect(closed.data.object).toMatchObject({ status, evidence_details: { submission_count: 1, has_evidence: true } });
    await eventually(() => expect(inbox.types()).toContain('charge.dispute.funds_withdrawn'));
    if (status === 'won') await inbox.arrival('charge.dispute.funds_reinstated');
    expect(await balanceOf(stripe)).toBe(balance);
  });

  it('that is an inquiry takes no money until it is escalated', async () => {
    const stripe = harness.sdk();
    const { id } = await pay(stripe, 'pm_card_createDisputeInquiry');
    const [inquiry] = (await stripe.disputes.list({ payment_intent: id })).data;
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
    expect(await balanceOf(stripe)).toBe(1912);
    await stripe.disputes.update(inquiry!.id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } });
    expect(await stripe.disputes.retrieve(inquiry!.id)).toMatchObject({ status: 'needs_response' });
    expect(await balanceOf(stripe)).toBe(1912 - 3500);
    await stripe.disputes.close(inquiry!.id);
    expect(await stripe.disputes.retrieve(inquiry!.id)).toMatchObject({ status: 'lost' });
  });
});

describe('cards that are kept', () => {
  it('are attached by a setup, asked once for authentication, updated by their bank, and detached', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const inbox = await harness.inbox(key);
    const customer = await stripe.customers.create({ email: 'jenny@example.com' });
    const setup = await stripe.setupIntents.create({
      customer: customer.id,
      payment_method: 'pm_card_authenticationRequiredOnSetup',
      confirm: true,
    });
    expect(setup.status).toBe('requires_action');
    await harness.control('POST', `setup-intents/${setup.id}/authenticate`, { outcome: 'succeed' });
    const method = (await stripe.setupIntents.retrieve(setup.id)).payment_method as string;
    expect((await stripe.customers.listPaymentMethods(customer.id)).data.map(({ id }) => id)).toEqual([method]);
    const paid = await pay(stripe, method, { customer: customer.id, off_session: true });
    expect(paid.status).toBe('succeeded');
    await harness.control('POST', `payment-methods/${method}/automatically-update`, { expYear: 2039, last4: '1881' });
    const updated = await inbox.arrival('payment_method.automatically_updated');
    expect(updated.data.previous_attributes).toMatchObject({ card: { last4: '3155' } });
    await stripe.paymentMethods.detach(method);
    expect((await stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
    expect(
      await harness.refusal(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer: customer.id })),
    ).toMatchObject({
      type: 'StripeCardError',
    });
  });

  it('are shown to a phone by client secrets only', async () => {
    const key = harness.key();
    const stripe = harness.sdk(key);
    const phone = harness.sdk(key.replace('sk_', 'pk_'));
    const customer = await stripe.customers.create();
    const intent = await stripe.paymentIntents.create({ amount: 100, currency: 'eur', customer: customer.id });
    expect(await harness.refusal(phone.paymentIntents.retrieve(intent.id))).toMatchObject({ statusCode: 404 });
    expect(await harness.refusal(phone.customers.list())).toMatchObject({ statusCode: 403 });
    const confirmed = await fetch(`${harness.origin}/v1/payment_intents/${intent.id}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.replace('sk_', 'pk_')}` },
      body: new URLSearchParams({
        client_secret: intent.client_secret!,
        'payment_method_data[type]': 'card',
        'payment_method_data[card][token]': 'tok_visa',
      }),
    });
    expect(await confirmed.json()).toMatchObject({ status: 'succeeded' });
    const session = await stripe.customerSessions.create({
      customer: customer.id,
      components: { mobile_payment_element: { enabled: true } },
    });
    expect(session.client_secret).toMatch(/^cuss_secret_/);
    const ephemeral = await stripe.ephemeralKeys.create({ customer: customer.id }, { apiVersion: '2024-06-20' });
    expect(ephemeral).toMatchObject({ object: 'ephemeral_key', secret: expect.stringMatching(/^ek_test_/) });
  });
});
