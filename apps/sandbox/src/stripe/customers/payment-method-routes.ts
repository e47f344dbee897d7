import { get, open, post, type Route } from '../api/route.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { pageOf } from '../wire/paging.js';
import type { Params } from '../wire/params.js';
import { attach, detach } from './attach.js';
import { newPaymentMethod, paymentMethodNamed, REDISPLAY } from './payment-methods.js';

export const paymentMethodRoutes: readonly Route[] = [
  open(post('/v1/payment_methods', ({ account, params }) => newPaymentMethod(account, params))),

  get('/v1/payment_methods', ({ account, params }) => {
    const all = account.objects.newestFirst('payment_method');
    const attached = all.filter((method) => method.customer !== null && fits(method, params.text('customer'), params));
    return pageOf('/v1/payment_methods', attached, params);
  }),

  get('/v1/payment_methods/:id', ({ account, path }) => account.objects.require('payment_method', path('id'))),

  post('/v1/payment_methods/:id', ({ account, path, params }) => {
    const method = paymentMethodNamed(account, path('id'));
    const [month, year] = [params.child('card')?.integer('exp_month'), params.child('card')?.integer('exp_year')];
    account.change(method, 'payment_method.updated', () => {
      method.metadata = params.metadata(method.metadata);
      if (params.has('billing_details'))
        method.billing_details = { ...method.billing_details, ...params.fields('billing_details') };
      const redisplay = params.choice('allow_redisplay', REDISPLAY);
      if (redisplay) method['allow_redisplay'] = redisplay;
      if (method.card)
        method.card = {
          ...method.card,
          exp_month: month ?? method.card.exp_month,
          exp_year: year ?? method.card.exp_year,
        };
    });
    return method;
  }),

  post('/v1/payment_methods/:id/attach', ({ account, path, params }) => {
    const customer = params.require('customer');
    account.objects.require('customer', customer, 'customer');
    const method = paymentMethodNamed(account, path('id'));
    attach(account, method, customer);
    return method;
  }),

  post('/v1/payment_methods/:id/detach', ({ account, path }) => {
    const method = account.objects.require('payment_method', path('id'));
    detach(account, method);
    return method;
  }),

  get('/v1/customers/:id/payment_methods', ({ account, path, params }) => {
    const customer = account.objects.require('customer', path('id'));
    const all = account.objects.newestFirst('payment_method');
    const attached = all.filter((method) => fits(method, customer.id, params));
    return pageOf(`/v1/customers/${customer.id}/payment_methods`, attached, params);
  }),
];

function fits(method: PaymentMethod, customer: string | undefined, params: Params): boolean {
  const [type, redisplay] = [params.text('type'), params.choice('allow_redisplay', REDISPLAY)];
  return (
    (customer === undefined || method.customer === customer) &&
    (type === undefined || method.type === type) &&
    (redisplay === undefined || method['allow_redisplay'] === redisplay)
  );
}
