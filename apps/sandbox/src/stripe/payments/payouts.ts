import { get, post, type Route } from '../api/route.js';
import type { Payout } from '../objects/payout.js';
import { newId } from '../wire/ids.js';
import { pageOf } from '../wire/paging.js';
import type { Params } from '../wire/params.js';
import { unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { move } from './balance.js';

export const payoutRoutes: readonly Route[] = [
  post('/v1/payouts', ({ account, params }) => payoutFromParams(account, params)),
  get('/v1/payouts', ({ account, params }) => pageOf('/v1/payouts', account.objects.newestFirst('payout'), params)),
  get('/v1/payouts/:id', ({ account, path }) => account.objects.require('payout', path('id'))),

  post('/v1/payouts/:id', ({ account, path, params }) => {
    const payout = account.objects.require('payout', path('id'));
    account.change(payout, 'payout.updated', () => (payout.metadata = params.metadata(payout.metadata)));
    return payout;
  }),
];

function payoutFromParams(account: Account, params: Params): Payout {
  const [amount, currency] = [params.requireInteger('amount'), params.require('currency')];
  const now = account.now();
  const payout: Payout = {
    id: newId('po'),
    object: 'payout',
    amount,
    arrival_date: now + 86_400,
    automatic: false,
    balance_transaction: null,
    created: now,
    currency,
    description: params.text('description') ?? null,
    destination: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: params.metadata(),
    method: 'standard',
    reconciliation_status: 'not_applicable',
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    type: 'bank_account',
  };
  const movement = {
    amount: -amount,
    currency,
    source: payout.id,
    type: 'payout',
    category: 'payout',
    available: true,
  } as const;
  payout.balance_transaction = move(account, movement).id;
  account.add(payout, 'payout.created');
  return payout;
}

/** The bank has it, or sends it back; it can fail after it was paid. @throws Refused */
export function settlePayout(account: Account, payout: Payout, outcome: 'fail' | 'succeed'): void {
  if (payout.status === 'failed' || payout.status === 'canceled' || (outcome === 'succeed' && payout.status === 'paid'))
    throw unexpectedState('payout_unexpected_state', `The payout is ${payout.status}.`);
  if (outcome === 'succeed') {
    payout.status = 'paid';
    return void account.emit('payout.paid', payout);
  }
  const { amount, currency, id: source } = payout;
  const back = { amount, currency, source, type: 'payout_failure', category: 'payout_reversal' } as const;
  payout.failure_balance_transaction = move(account, { ...back, available: true }).id;
  payout.status = 'failed';
  payout.failure_code = 'account_closed';
  payout.failure_message = 'The bank account has been closed';
  account.emit('payout.failed', payout);
}
