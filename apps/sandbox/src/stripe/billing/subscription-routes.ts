import { del, get, post, type Route } from '../api/route.js';
import { pageOf } from '../wire/paging.js';
import { cancelSubscription, resumeSubscription, updateSubscription } from './change-subscription.js';
import { isOver } from './subscription-status.js';
import { subscriptionFromParams } from './subscriptions.js';

export const subscriptionRoutes: readonly Route[] = [
  post('/v1/subscriptions', ({ account, params, origin }) => subscriptionFromParams(account, params, origin)),

  get('/v1/subscriptions', ({ account, params }) => {
    const [customer, status] = [params.text('customer'), params.text('status')];
    const matching = account.objects.newestFirst('subscription').filter(
      (subscription) =>
        (customer === undefined || subscription.customer === customer) &&
        // Without a status Stripe leaves out what is over.
        (status === undefined ? !isOver(subscription) : status === 'all' || subscription.status === status),
    );
    return pageOf('/v1/subscriptions', matching, params);
  }),

  get('/v1/subscriptions/:id', ({ account, path }) => account.objects.require('subscription', path('id'))),

  post('/v1/subscriptions/:id', ({ account, path, params, origin }) => {
    const subscription = account.objects.require('subscription', path('id'));
    updateSubscription(account, subscription, params, origin);
    return subscription;
  }),

  del('/v1/subscriptions/:id', ({ account, path, params }) => {
    const subscription = account.objects.require('subscription', path('id'));
    cancelSubscription(account, subscription, params);
    return subscription;
  }),

  post('/v1/subscriptions/:id/resume', ({ account, path }) => {
    const subscription = account.objects.require('subscription', path('id'));
    resumeSubscription(account, subscription);
    return subscription;
  }),
];
