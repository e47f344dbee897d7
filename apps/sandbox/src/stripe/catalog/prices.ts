import { get, post, type Route } from '../api/route.js';
import type { Interval, Price } from '../objects/catalog.js';
import { newId } from '../wire/ids.js';
import { pageOf } from '../wire/paging.js';
import type { Metadata, Params } from '../wire/params.js';
import type { Account } from '../world/account.js';
import { newProduct } from './products.js';

export const priceRoutes: readonly Route[] = [
  post('/v1/prices', ({ account, params }) => newPrice(account, params)),

  get('/v1/prices', ({ account, params }) => {
    const product = params.text('product');
    const prices = account.objects.newestFirst('price');
    return pageOf(
      '/v1/prices',
      product === undefined ? prices : prices.filter((price) => price.product === product),
      params,
    );
  }),

  get('/v1/prices/:id', ({ account, path }) => account.objects.require('price', path('id'))),

  post('/v1/prices/:id', ({ account, path, params }) => {
    const price = account.objects.require('price', path('id'));
    account.change(price, 'price.updated', () => {
      price.active = params.flag('active') ?? price.active;
      price.metadata = params.metadata(price.metadata);
      if (params.has('nickname')) price.nickname = params.text('nickname') ?? null;
    });
    return price;
  }),
];

export const INTERVALS = ['day', 'week', 'month', 'year'] as const;

export interface NewPrice {
  readonly currency: string;
  readonly unitAmount: number;
  /** Absent for what is paid once. */
  readonly interval: Interval | undefined;
  readonly intervalCount: number;
  readonly product: string;
  readonly metadata: Metadata;
  readonly nickname: string | null;
  readonly active?: boolean;
}

/** `POST /v1/prices`, and `price_data` elsewhere. @throws Refused */
export function newPrice(account: Account, params: Params): Price {
  const recurring = params.child('recurring');
  const data = params.child('product_data');
  return createPrice(account, {
    currency: params.require('currency').toLowerCase(),
    unitAmount: params.requireInteger('unit_amount'),
    interval: recurring && (recurring.choice('interval', INTERVALS) ?? 'month'),
    intervalCount: recurring?.integer('interval_count') ?? 1,
    product: data ? newProduct(account, data).id : params.require('product'),
    metadata: params.metadata(),
    nickname: params.text('nickname') ?? null,
    active: params.flag('active') ?? true,
  });
}

/** Announced, and as a plan of the old kind too when it recurs. @throws Refused when there is no such product. */
export function createPrice(account: Account, wanted: NewPrice): Price {
  const { currency, unitAmount, interval, intervalCount, metadata, nickname, active = true } = wanted;
  const period = { interval_count: intervalCount, meter: null, trial_period_days: null, usage_type: 'licensed' };
  const price: Price = {
    id: newId('price'),
    object: 'price',
    active,
    billing_scheme: 'per_unit',
    created: account.now(),
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata,
    nickname,
    product: account.objects.require('product', wanted.product, 'product').id,
    recurring: interval ? { interval, ...period } : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: interval ? 'recurring' : 'one_time',
    unit_amount: unitAmount,
    unit_amount_decimal: String(unitAmount),
  };
  if (price.recurring) account.emit('plan.created', planOf(price));
  account.add(price, 'price.created');
  return price;
}

/** The same price in the words of Stripe's older object. */
export function planOf(price: Price) {
  const { id, active, currency, metadata, nickname, product, recurring, unit_amount: amount } = price;
  return {
    id,
    object: 'plan',
    active,
    amount,
    amount_decimal: String(amount),
    billing_scheme: 'per_unit',
    created: Number(price.created),
    currency,
    interval: recurring?.interval ?? null,
    interval_count: recurring?.interval_count ?? null,
    livemode: false,
    metadata,
    meter: null,
    nickname,
    product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}
