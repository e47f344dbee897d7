import { del, post, open, type Route } from '../api/route.js';
import { newCard } from '../cards/new-card.js';
import { newId, randomText } from '../wire/ids.js';
import { invalid, missing } from '../wire/refused.js';
import { sessionComponents } from './customer-session-components.js';
import { rememberToken, testCardIn } from './payment-methods.js';

const HOUR = 3600;

/** What a backend hands to the app on a phone, and what the app makes of a card. */
export const clientSecretRoutes: readonly Route[] = [
  post('/v1/customer_sessions', ({ account, params }) => {
    const customer = account.objects.require('customer', params.require('customer'), 'customer');
    const components = sessionComponents(params.child('components'));
    const [created, clientSecret] = [account.now(), `cuss_secret_${randomText(60)}`];
    return {
      object: 'customer_session',
      client_secret: clientSecret,
      components,
      created,
      customer: customer.id,
      customer_account: null,
      expires_at: created + HOUR / 2,
      livemode: false,
    };
  }),

  post('/v1/ephemeral_keys', ({ account, params, hasVersion }) => {
    // The phone's SDK must get the shape it knows, so its version has to be passed on.
    if (!hasVersion) throw invalid('Must provide a Stripe-Version header for mobile API endpoints.');
    const customer = account.objects.require('customer', params.require('customer'), 'customer');
    const created = account.now();
    const key = {
      id: newId('ephkey'),
      object: 'ephemeral_key' as const,
      associated_objects: [{ id: customer.id, type: 'customer' }],
      created,
      expires: created + HOUR,
      livemode: false,
    };
    account.add(key);
    return { ...key, secret: `ek_test_${randomText(80)}` };
  }),

  del('/v1/ephemeral_keys/:id', ({ account, path }) => {
    const key = account.objects.require('ephemeral_key', path('id'));
    account.objects.delete('ephemeral_key', key.id);
    return { ...key, expires: account.now() };
  }),

  open(
    post('/v1/tokens', ({ account, params }) => {
      const given = params.child('card');
      const card = given && testCardIn(account, given);
      if (!given || !card) throw missing('card');
      const created = account.now();
      const shown = { ...newCard(card, created), id: newId('card'), object: 'card' };
      const token = {
        id: newId('tok'),
        object: 'token' as const,
        card: shown,
        client_ip: null,
        created,
        livemode: false,
        type: 'card',
        used: false,
      };
      rememberToken(token, card);
      account.add(token);
      return token;
    }),
  ),
];
