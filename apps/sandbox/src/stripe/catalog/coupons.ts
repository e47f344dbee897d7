import { del, get, post, type Route } from '../api/route.js';
import type { Coupon } from '../objects/customer.js';
import { randomText } from '../wire/ids.js';
import { pageOf } from '../wire/paging.js';
import { invalid } from '../wire/refused.js';

/** Coupons are kept and shown; they take nothing off. */
export const couponRoutes: readonly Route[] = [
  post('/v1/coupons', ({ account, params }) => {
    const [percent, amount] = [params.text('percent_off'), params.integer('amount_off')];
    if (percent === undefined && amount === undefined)
      throw invalid('Must provide percent_off or amount_off when creating a coupon.');
    const coupon: Coupon = {
      id: params.text('id') ?? randomText(8),
      object: 'coupon',
      amount_off: amount ?? null,
      created: account.now(),
      currency: params.text('currency') ?? null,
      duration: params.choice('duration', ['forever', 'once', 'repeating']) ?? 'once',
      duration_in_months: params.integer('duration_in_months') ?? null,
      livemode: false,
      max_redemptions: params.integer('max_redemptions') ?? null,
      metadata: params.metadata(),
      name: params.text('name') ?? null,
      percent_off: percent === undefined ? null : Number(percent),
      redeem_by: null,
      times_redeemed: 0,
      valid: true,
    };
    account.add(coupon, 'coupon.created');
    return coupon;
  }),

  get('/v1/coupons', ({ account, params }) => pageOf('/v1/coupons', account.objects.newestFirst('coupon'), params)),
  get('/v1/coupons/:id', ({ account, path }) => account.objects.require('coupon', path('id'))),

  post('/v1/coupons/:id', ({ account, path, params }) => {
    const coupon = account.objects.require('coupon', path('id'));
    account.change(coupon, 'coupon.updated', () => (coupon.metadata = params.metadata(coupon.metadata)));
    return coupon;
  }),

  del('/v1/coupons/:id', ({ account, path }) => {
    const coupon = account.objects.require('coupon', path('id'));
    account.objects.delete('coupon', coupon.id);
    account.emit('coupon.deleted', coupon);
    return { id: coupon.id, object: 'coupon', deleted: true };
  }),
];
