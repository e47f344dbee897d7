import { describe, expect, it } from '@jest/globals';
import { Speaker } from '../notices/speaker.js';
import { NOTICE_KINDS, type ToldType } from './notice-kinds.js';

const money = { gateway: 'stripe', gatewayRef: 'x_1', livemode: true, userId: 'ann', amount: 1_250, currency: 'eur' };
const payment = { ...money, paymentId: 'pay_1' };
const invoice = { ...money, invoiceId: 'in_1', subscriptionId: 'sub_1', attempt: 2, last: false };
const german = new Speaker({ locale: 'de-DE', timeZone: 'Europe/Berlin' });
const english = new Speaker(undefined);

const TOLD_TYPES = Object.keys(NOTICE_KINDS) as readonly ToldType[];

const EXAMPLES: Record<ToldType, object> = {
  'payment.failed': { ...payment, declineCode: 'insufficient_funds' },
  'payment.action_required': { ...payment, nextAction: 'redirect_to_url', deepLink: 'shop://pay/1' },
  'invoice.payment_failed': { ...invoice, nextAttemptAt: '2026-11-30T23:30:00.000Z' },
  'refund.failed': { ...payment, refundId: 're_1' },
  'dispute.opened': { ...payment, disputeId: 'dp_1', status: 'needs_response' },
};

function tell(type: ToldType, data: object, say: Speaker) {
  const { content, collapseKey } = NOTICE_KINDS[type](data)!.tell(say);
  // Intl puts a no-break space in front of the sign.
  return { ...content, body: content.body!.replaceAll('\u00a0', ' '), collapseKey };
}

describe('a notice', () => {
  it.each([
    ['payment.failed', 'Your payment of €12.50 did not go through', 'Ihre Zahlung über 12,50 € wurde nicht ausgeführt'],
    ['payment.action_required', 'Your payment of €12.50 is waiting', 'Ihre Zahlung über 12,50 € wartet auf Sie'],
    ['invoice.payment_failed', 'We will try again on November 30', 'Wir versuchen es am 1. Dezember noch einmal'],
    ['refund.failed', 'Your refund of €12.50 could not', 'Ihre Erstattung über 12,50 € konnte nicht'],
    [
      'dispute.opened',
      'Your payment of €12.50 was disputed',
      'Ihre Zahlung über 12,50 € wurde bei Ihrer Bank angefochten',
    ],
  ] as const)('of %s says what happened in either language', (type, inEnglish, inGerman) => {
    expect(tell(type, EXAMPLES[type], english).body).toContain(inEnglish);
    expect(tell(type, EXAMPLES[type], german).body).toContain(inGerman);
  });

  it.each([
    ['payment.failed', { paymentId: 'pay_1' }, 'payment:pay_1'],
    [
      'payment.action_required',
      { paymentId: 'pay_1', nextAction: 'redirect_to_url', deepLink: 'shop://pay/1' },
      'payment:pay_1',
    ],
    [
      'invoice.payment_failed',
      { invoiceId: 'in_1', subscriptionId: 'sub_1', attempt: '2', last: 'false' },
      'invoice:in_1',
    ],
    ['refund.failed', { refundId: 're_1', paymentId: 'pay_1' }, 'refund:re_1'],
    ['dispute.opened', { disputeId: 'dp_1', paymentId: 'pay_1' }, 'dispute:dp_1'],
  ] as const)(
    'of %s tells the app what it is about, and replaces older news of the same',
    (type, data, collapseKey) => {
      expect(tell(type, EXAMPLES[type], english)).toMatchObject({ data: { type, ...data }, collapseKey });
    },
  );

  it.each(TOLD_TYPES)('of %s keeps what the bank said, and whose money it is, to itself', (type) => {
    const secret = { ...EXAMPLES[type], code: 'card_declined', declineCode: 'stolen_card', reason: 'fraudulent' };
    for (const say of [english, german]) {
      expect(JSON.stringify(tell(type, secret, say))).not.toMatch(/stolen_card|card_declined|fraudulent|ann/);
    }
  });

  it.each(TOLD_TYPES)('of %s is not made of data that its type does not carry', (type) => {
    expect(NOTICE_KINDS[type]({ ...EXAMPLES[type], amount: 'a lot' })).toBeUndefined();
  });

  it('of the last attempt says that it was the last, and has no date to promise', () => {
    const last = { ...invoice, last: true };
    expect(tell('invoice.payment_failed', last, english).body).toContain('will not try again');
    expect(tell('invoice.payment_failed', last, german).body).toContain('nicht noch einmal');
    expect(tell('invoice.payment_failed', invoice, english).body).toContain('We will try again later');
  });

  it('of an inquiry does not say that money was taken back', () => {
    const inquiry = { ...EXAMPLES['dispute.opened'], status: 'warning_needs_response' };
    expect(tell('dispute.opened', inquiry, english).title).toBe('Your bank has a question');
    expect(tell('dispute.opened', inquiry, german).title).toBe('Rückfrage Ihrer Bank');
  });

  it('speaks the regional form of a language that it knows, and English to everybody else', () => {
    const to = (locale: string) =>
      tell('payment.failed', EXAMPLES['payment.failed'], new Speaker({ locale, timeZone: null }));
    expect(to('de-AT').title).toBe('Zahlung fehlgeschlagen');
    expect(to('de-AT').body).toContain('€ 12,50');
    expect(to('fr-FR').body).toContain('Your payment of €12.50');
  });
});
