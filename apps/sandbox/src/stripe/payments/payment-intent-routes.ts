import { type Call, get, open, post, type Route } from '../api/route.js';
import type { PaymentIntent } from '../objects/payment-intent.js';
import { pageOf } from '../wire/paging.js';
import { noSuch } from '../wire/refused.js';
import { cancelIntent, capture } from './capture.js';
import { confirmFromParams, intentFromParams, updateIntent } from './payment-intents.js';

export const paymentIntentRoutes: readonly Route[] = [
  post('/v1/payment_intents', ({ account, params, origin }) => intentFromParams(account, params, origin)),

  get('/v1/payment_intents', ({ account, params }) => {
    const customer = params.text('customer');
    const intents = account.objects.newestFirst('payment_intent');
    const matching = intents.filter((intent) => customer === undefined || intent.customer === customer);
    return pageOf('/v1/payment_intents', matching, params);
  }),

  open(get('/v1/payment_intents/:id', (call) => intentOf(call))),

  post('/v1/payment_intents/:id', (call) => {
    const intent = intentOf(call);
    updateIntent(call.account, intent, call.params);
    return intent;
  }),

  open(
    post('/v1/payment_intents/:id/confirm', (call) => {
      const intent = intentOf(call);
      confirmFromParams(call.account, intent, call.params, call.origin);
      return intent;
    }),
  ),

  post('/v1/payment_intents/:id/capture', (call) => {
    const intent = intentOf(call);
    capture(call.account, intent, call.params.integer('amount_to_capture'));
    return intent;
  }),

  post('/v1/payment_intents/:id/cancel', (call) => {
    const intent = intentOf(call);
    cancelIntent(call.account, intent, call.params.text('cancellation_reason'));
    return intent;
  }),
];

/** Without a secret key one must know the client secret. */
function intentOf({ account, path, params, isPublic }: Call): PaymentIntent {
  const intent = account.objects.require('payment_intent', path('id'));
  if (isPublic && params.text('client_secret') !== intent.client_secret)
    throw noSuch('payment_intent', path('id'), 'intent', 404);
  return intent;
}
