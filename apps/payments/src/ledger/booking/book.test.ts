import { describe, expect, it } from '@jest/globals';
import { book, type Presented } from './book.js';
import { balanceTransaction } from './gateway-entry.js';

const entry = (more: object) =>
  balanceTransaction.parse({
    ...{ id: 'txn_1', amount: 1_000, currency: 'eur', fee: 0, fee_details: [], exchange_rate: null },
    ...{ source: 'ch_1', created: 1_790_000_000, ...more },
  });
const inEuro: Presented = { amount: 1_000, currency: 'eur', shares: 1 };

const linesOf = (more: object, presented: Presented): string[] =>
  book(entry(more), presented).lines.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`);

describe('an entry of the gateway’s books', () => {
  it('that costs nothing and is in the currency of the customer adds nothing', () => {
    expect(linesOf({}, inEuro)).toEqual([]);
  });

  it('posts its fee, and apart what of it is the state’s or the platform’s', () => {
    const details = [
      { amount: 60, type: 'stripe_fee' },
      { amount: 11, type: 'tax' },
      { amount: 29, type: 'application_fee' },
    ];
    expect(linesOf({ fee: 100, fee_details: details }, inEuro)).toEqual([
      'fees 60 eur',
      'gateway_balance -60 eur',
      'fee_taxes 11 eur',
      'gateway_balance -11 eur',
      'application_fees 29 eur',
      'gateway_balance -29 eur',
    ]);
  });

  it('that gives a fee back posts it the other way round', () => {
    expect(linesOf({ amount: -1_000, fee: -30 }, inEuro)).toEqual(['fees -30 eur', 'gateway_balance 30 eur']);
  });

  it('in another currency exchanges what the customer paid, each currency balanced by itself', () => {
    expect(linesOf({ amount: 1_170, exchange_rate: 1.17, fee: 64 }, { ...inEuro, currency: 'gbp' })).toEqual([
      'conversion 1000 gbp',
      'gateway_balance -1000 gbp',
      'gateway_balance 1170 eur',
      'conversion -1170 eur',
      'fees 64 eur',
      'gateway_balance -64 eur',
    ]);
  });

  it('of a refund exchanges the other way', () => {
    expect(linesOf({ amount: -1_170, exchange_rate: 1.17 }, { ...inEuro, currency: 'gbp' })).toEqual([
      'conversion -1000 gbp',
      'gateway_balance 1000 gbp',
      'gateway_balance -1170 eur',
      'conversion 1170 eur',
    ]);
  });

  it('of one capture among several exchanges by its rate', () => {
    const presented = { amount: 1_000, currency: 'gbp', shares: 2 };
    expect(linesOf({ amount: 468, exchange_rate: 1.17 }, presented).slice(0, 2)).toEqual([
      'conversion 400 gbp',
      'gateway_balance -400 gbp',
    ]);
  });
});
