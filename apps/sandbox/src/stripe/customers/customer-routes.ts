import { type Call, del, get, post, type Route } from '../api/route.js';
import { end, isOver } from '../billing/subscription-status.js';
import type { CardSource } from '../objects/customer.js';
import { fundCashBalance } from '../payments/bank-transfer.js';
import { newCard } from '../cards/new-card.js';
import { newId } from '../wire/ids.js';
import { pageOf } from '../wire/paging.js';
import { noSuch } from '../wire/refused.js';
import { customerFromParams, updateCustomer } from './customers.js';
import { testCardIn } from './payment-methods.js';

export const customerRoutes: readonly Route[] = [
  post('/v1/customers', ({ account, params }) => customerFromParams(account, params)),

  get('/v1/customers', ({ account, params }) => {
    const email = params.text('email');
    const all = account.objects.newestFirst('customer');
    return pageOf(
      '/v1/customers',
      email === undefined ? all : all.filter((customer) => customer.email === email),
      params,
    );
  }),

  get('/v1/customers/:id', (call) => DELETED.get(call.account)?.get(call.path('id')) ?? customerOf(call)),

  post('/v1/customers/:id', (call) => {
    const customer = customerOf(call);
    updateCustomer(call.account, customer, call.params);
    return customer;
  }),

  del('/v1/customers/:id', (call) => {
    const { account } = call;
    const customer = customerOf(call);
    for (const subscription of account.objects.newestFirst('subscription'))
      if (subscription.customer === customer.id && !isOver(subscription))
        end(account, subscription, 'cancellation_requested');
    account.objects.delete('customer', customer.id);
    account.emit('customer.deleted', customer);
    const grave = { id: customer.id, object: 'customer', deleted: true };
    DELETED.set(account, (DELETED.get(account) ?? new Map<string, object>()).set(customer.id, grave));
    return grave;
  }),

  post('/v1/customers/:id/sources', (call) => {
    const { account, params } = call;
    const customer = customerOf(call);
    const card = testCardIn(account, params.with('token', params.require('source')));
    if (!card) throw noSuch('token', params.require('source'), 'source');
    const { brand, ...shown } = newCard(card, account.now());
    const metadata = params.metadata();
    const source: CardSource = {
      ...shown,
      id: newId('card'),
      object: 'card',
      brand: titled(brand),
      customer: customer.id,
      metadata,
    };
    customer.default_source ??= source.id;
    account.add(source, 'customer.source.created');
    return source;
  }),

  post('/v1/customers/:id/sources/:source', (call) => {
    const { account, params, path } = call;
    customerOf(call);
    const source = account.objects.require('card', path('source'));
    account.change(source, 'customer.source.updated', () => (source.metadata = params.metadata(source.metadata)));
    return source;
  }),

  post('/v1/test_helpers/customers/:id/fund_cash_balance', (call) => {
    const { account, params } = call;
    const customer = customerOf(call);
    return fundCashBalance(account, customer.id, params.requireInteger('amount'), params.require('currency'));
  }),
];

/** A deleted customer is still answered, with nothing but that. */
const DELETED = new WeakMap<object, Map<string, object>>();

function customerOf({ account, path }: Call) {
  return account.objects.require('customer', path('id'));
}

function titled(brand: string): string {
  return brand.charAt(0).toUpperCase() + brand.slice(1);
}
