import { get, type Route } from '../api/route.js';
import type { Kind } from '../objects/kinds.js';
import { invalid } from '../wire/refused.js';
import { searchQuery } from './query.js';

const USUAL = 10;
const MOST = 100;

/** What can be searched, and by which fields: https://docs.stripe.com/search#supported-query-fields-for-each-resource */
const SEARCHABLE = [
  ['customers', 'customer', ['created', 'email', 'metadata', 'name', 'phone']],
  ['payment_intents', 'payment_intent', ['amount', 'created', 'currency', 'customer', 'metadata', 'status']],
  ['charges', 'charge', ['amount', 'created', 'currency', 'customer', 'disputed', 'metadata', 'refunded', 'status']],
  ['subscriptions', 'subscription', ['canceled_at', 'created', 'metadata', 'status']],
  ['invoices', 'invoice', ['created', 'currency', 'customer', 'metadata', 'number', 'status', 'total']],
  ['products', 'product', ['active', 'description', 'metadata', 'name', 'shippable', 'url']],
  ['prices', 'price', ['active', 'currency', 'lookup_key', 'metadata', 'product', 'type']],
] as const satisfies readonly (readonly [string, Kind, readonly string[]])[];

/** At once, where Stripe takes up to a minute: nobody should search for what they made just now. */
export const searchRoutes: readonly Route[] = SEARCHABLE.map(([path, kind, fields]) =>
  get(`/v1/${path}/search`, ({ account, params }) => {
    const matches = searchQuery(params.require('query'), fields);
    const limit = params.integer('limit') ?? USUAL;
    if (limit < 1 || limit > MOST) throw invalid(`Invalid limit: must be between 1 and ${MOST}`, 'limit');
    const from = params.integer('page') ?? 0;
    const found = account.objects.newestFirst(kind).filter(matches);
    const more = found.length > from + limit;
    return {
      object: 'search_result',
      data: found.slice(from, from + limit),
      has_more: more,
      next_page: more ? String(from + limit) : null,
      url: `/v1/${path}/search`,
    };
  }),
);
