import { get, inOwnVersion, type Route } from '../api/route.js';
import { matchesType } from '../deliver/endpoint.js';
import type { StripeEvent } from '../objects/event.js';
import { pageOf } from '../wire/paging.js';
import type { Params } from '../wire/params.js';
import { invalid, noSuch } from '../wire/refused.js';
import { renderedEvent } from './rendered-event.js';

const DAYS_KEPT = 30;
const MOST_TYPES = 20;

/** The Events API: 30 days, newest first; the events are in the account's version, whatever version is asked for. */
export const eventRoutes: readonly Route[] = [
  inOwnVersion(
    get('/v1/events', ({ account, params }) => {
      const oldest = account.now() - DAYS_KEPT * 86_400;
      const wanted = filterOf(params);
      const matching = account.eventsNewestFirst().filter((event) => event.created >= oldest && wanted(event));
      const { data, ...page } = pageOf('/v1/events', matching, params);
      return { ...page, data: data.map((event) => renderedEvent(account, event)) };
    }),
  ),

  inOwnVersion(
    get('/v1/events/:id', ({ account, path }) => {
      const event = account.findEvent(path('id'));
      if (!event) throw noSuch('event', path('id'), 'id', 404);
      return renderedEvent(account, event);
    }),
  ),
];

function filterOf(params: Params): (event: StripeEvent) => boolean {
  const [type, types] = [params.text('type'), params.texts('types')];
  if (type !== undefined && types.length > 0) throw invalid('You may pass either type or types, not both.', 'types');
  if (types.length > MOST_TYPES) throw invalid(`You may pass at most ${MOST_TYPES} types.`, 'types');
  const delivered = params.flag('delivery_success');
  const patterns = type === undefined ? types : [type];
  return (event) =>
    (patterns.length === 0 || patterns.some((pattern) => matchesType(pattern, event.type))) &&
    (delivered === undefined || (event.pending_webhooks === 0) === delivered);
}
