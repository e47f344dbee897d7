import { get, post, type Route } from '../api/route.js';
import { pageOf } from '../wire/paging.js';
import { announce, cancelRefund, refundFromParams } from './refunds.js';

export const refundRoutes: readonly Route[] = [
  post('/v1/refunds', ({ account, params }) => refundFromParams(account, params)),

  get('/v1/refunds', ({ account, params }) => {
    const [charge, intent] = [params.text('charge'), params.text('payment_intent')];
    const matching = account.objects
      .newestFirst('refund')
      .filter(
        (refund) =>
          (charge === undefined || refund.charge === charge) &&
          (intent === undefined || refund.payment_intent === intent),
      );
    return pageOf('/v1/refunds', matching, params);
  }),

  get('/v1/refunds/:id', ({ account, path }) => account.objects.require('refund', path('id'))),

  post('/v1/refunds/:id', ({ account, path, params }) => {
    const refund = account.objects.require('refund', path('id'));
    announce(account, refund, () => (refund.metadata = params.metadata(refund.metadata)));
    return refund;
  }),

  post('/v1/refunds/:id/cancel', ({ account, path }) => {
    const refund = account.objects.require('refund', path('id'));
    cancelRefund(account, refund);
    return refund;
  }),
];
