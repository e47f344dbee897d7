import type { Account } from '../world/account.js';
import { get, type Route } from './route.js';
import { noSuch } from '../wire/refused.js';

/** Who a key belongs to, and one of the accounts that are connected to it. */
export const accountRoutes: readonly Route[] = [
  get('/v1/account', ({ account }) => shown(account)),
  get('/v1/accounts/:id', ({ account, path }) => {
    if (path('id') !== account.id) throw noSuch('account', path('id'), 'id', 404);
    return shown(account);
  }),
];

function shown({ id, platform }: Account): object {
  return {
    id,
    object: 'account',
    business_type: 'company',
    charges_enabled: true,
    country: 'US',
    default_currency: 'usd',
    details_submitted: true,
    email: 'sandbox@signalbox.dev',
    payouts_enabled: true,
    settings: { dashboard: { display_name: 'Signalbox sandbox', timezone: 'Etc/UTC' } },
    type: platform ? 'standard' : 'none',
  };
}
