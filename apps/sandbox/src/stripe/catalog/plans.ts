import { type Call, del, get, post, type Route } from '../api/route.js';
import type { Price } from '../objects/catalog.js';
import { createPrice, INTERVALS, planOf } from './prices.js';
import { newProduct } from './products.js';

/** Prices in the words of Stripe's older object. */
export const planRoutes: readonly Route[] = [
  post('/v1/plans', ({ account, params }) => {
    const product = params.child('product');
    const price = createPrice(account, {
      currency: params.require('currency').toLowerCase(),
      unitAmount: params.requireInteger('amount'),
      interval: params.choice('interval', INTERVALS) ?? 'month',
      intervalCount: params.integer('interval_count') ?? 1,
      product: product ? newProduct(account, product).id : params.require('product'),
      metadata: params.metadata(),
      nickname: params.text('nickname') ?? null,
    });
    return planOf(price);
  }),

  get('/v1/plans/:id', (call) => planOf(priceOf(call))),

  post('/v1/plans/:id', (call) => {
    const { account, params } = call;
    const price = priceOf(call);
    const before = planOf(price);
    account.change(price, 'price.updated', () => (price.metadata = params.metadata(price.metadata)));
    account.emit('plan.updated', planOf(price), before);
    return planOf(price);
  }),

  del('/v1/plans/:id', (call) => {
    const { account } = call;
    const price = priceOf(call);
    account.objects.delete('price', price.id);
    account.emit('plan.deleted', planOf(price));
    account.emit('price.deleted', price);
    return { id: price.id, object: 'plan', deleted: true };
  }),
];

function priceOf({ account, path }: Call): Price {
  return account.objects.require('price', path('id'));
}
