import { get, type Route } from '../api/route.js';
import type { BalanceTransaction } from '../objects/balance-transaction.js';
import { pageOf } from '../wire/paging.js';

export const balanceRoutes: readonly Route[] = [
  get('/v1/balance', ({ account }) => {
    const all = account.objects.newestFirst('balance_transaction');
    const sums = (status: string) => sumByCurrency(all.filter((transaction) => transaction.status === status));
    return { object: 'balance', available: sums('available'), livemode: false, pending: sums('pending') };
  }),

  get('/v1/balance_transactions', ({ account, params }) => {
    const [type, source, currency] = [params.text('type'), params.text('source'), params.text('currency')];
    const matching = account.objects
      .newestFirst('balance_transaction')
      .filter(
        (transaction) =>
          (type === undefined || transaction.type === type) &&
          (source === undefined || transaction.source === source) &&
          (currency === undefined || transaction.currency === currency),
      );
    return pageOf('/v1/balance_transactions', matching, params);
  }),

  get('/v1/balance_transactions/:id', ({ account, path }) =>
    account.objects.require('balance_transaction', path('id')),
  ),
];

function sumByCurrency(transactions: readonly BalanceTransaction[]): object[] {
  const sums = new Map<string, number>();
  for (const { currency, net } of transactions) sums.set(currency, (sums.get(currency) ?? 0) + net);
  return [...sums].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
}
