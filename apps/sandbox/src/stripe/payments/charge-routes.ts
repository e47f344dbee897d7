import { get, post, type Route } from '../api/route.js';
import { pageOf } from '../wire/paging.js';
import { refundFromParams } from './refunds.js';

export const chargeRoutes: readonly Route[] = [
  get('/v1/charges', ({ account, params }) => {
    const [customer, intent] = [params.text('customer'), params.text('payment_intent')];
    const matching = account.objects
      .newestFirst('charge')
      .filter(
        (charge) =>
          (customer === undefined || charge.customer === customer) &&
          (intent === undefined || charge.payment_intent === intent),
      );
    return pageOf('/v1/charges', matching, params);
  }),

  get('/v1/charges/:id', ({ account, path }) => account.objects.require('charge', path('id'))),

  post('/v1/charges/:id', ({ account, path, params }) => {
    const charge = account.objects.require('charge', path('id'));
    account.change(charge, 'charge.updated', () => {
      charge.metadata = params.metadata(charge.metadata);
      if (params.has('description')) charge['description'] = params.text('description') ?? null;
    });
    return charge;
  }),

  get('/v1/charges/:id/refunds', ({ account, path, params }) => {
    const charge = account.objects.require('charge', path('id'));
    const refunds = account.objects.newestFirst('refund').filter((refund) => refund.charge === charge.id);
    return pageOf(`/v1/charges/${charge.id}/refunds`, refunds, params);
  }),

  post('/v1/charges/:id/refunds', ({ account, path, params }) => {
    account.objects.require('charge', path('id'));
    return refundFromParams(account, params.with('charge', path('id')));
  }),

  get('/v1/radar/early_fraud_warnings', ({ account, params }) =>
    pageOf('/v1/radar/early_fraud_warnings', account.objects.newestFirst('radar.early_fraud_warning'), params),
  ),
  get('/v1/radar/early_fraud_warnings/:id', ({ account, path }) =>
    account.objects.require('radar.early_fraud_warning', path('id')),
  ),
];
