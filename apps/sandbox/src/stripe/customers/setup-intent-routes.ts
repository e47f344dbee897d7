import { type Call, get, open, post, type Route } from '../api/route.js';
import type { SetupIntent } from '../objects/setup-intent.js';
import { pageOf } from '../wire/paging.js';
import { noSuch } from '../wire/refused.js';
import { cancelSetup, confirmSetup, setupIntentFromParams } from './setup-intents.js';

export const setupIntentRoutes: readonly Route[] = [
  post('/v1/setup_intents', ({ account, params, origin }) => setupIntentFromParams(account, params, origin)),

  get('/v1/setup_intents', ({ account, params }) => {
    const customer = params.text('customer');
    const intents = account.objects.newestFirst('setup_intent');
    const matching = intents.filter((intent) => customer === undefined || intent.customer === customer);
    return pageOf('/v1/setup_intents', matching, params);
  }),

  open(get('/v1/setup_intents/:id', (call) => intentOf(call))),

  post('/v1/setup_intents/:id', (call) => {
    const intent = intentOf(call);
    intent.metadata = call.params.metadata(intent.metadata);
    if (call.params.has('description')) intent.description = call.params.text('description') ?? null;
    return intent;
  }),

  open(
    post('/v1/setup_intents/:id/confirm', (call) => {
      const intent = intentOf(call);
      confirmSetup(call.account, intent, call.params, call.origin);
      return intent;
    }),
  ),

  post('/v1/setup_intents/:id/cancel', (call) => {
    const intent = intentOf(call);
    cancelSetup(call.account, intent, call.params.text('cancellation_reason'));
    return intent;
  }),
];

function intentOf({ account, path, params, isPublic }: Call): SetupIntent {
  const intent = account.objects.require('setup_intent', path('id'));
  if (isPublic && params.text('client_secret') !== intent.client_secret)
    throw noSuch('setup_intent', path('id'), 'intent', 404);
  return intent;
}
