import { get, type Route } from '../api/route.js';
import type { StripeEvent, ThinEvent } from '../objects/event.js';
import type { Params } from '../wire/params.js';
import { invalid, noSuch } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { snapshotIdOf, thinEventOf } from './thin-event.js';

const USUAL = 20;
const MOST = 100;

/** `/v2/core/events`: the thin events, with what they have beyond their notifications. */
export const thinEventRoutes: readonly Route[] = [
  get('/v2/core/events', ({ account, params }) => {
    const limit = params.integer('limit') ?? USUAL;
    if (limit < 1 || limit > MOST) throw invalid(`limit must be between 1 and ${MOST}`, 'limit');
    const from = Number(params.text('page') ?? 0);
    const matching = thinNewestFirst(account).filter(filterOf(params));
    const next =
      from + limit < matching.length ? `/v2/core/events?${nextPage(params, limit, from + limit).toString()}` : null;
    return { data: matching.slice(from, from + limit), next_page_url: next, previous_page_url: null };
  }),

  get('/v2/core/events/:id', ({ account, path }) => {
    const id = path('id');
    const thin = account.thinEvents.find((event) => event.id === id);
    if (thin) return thin;
    const snapshot = account.findEvent(snapshotIdOf(id));
    if (!snapshot) throw noSuch('event', id, 'id', 404);
    return withChanges(snapshot);
  }),
];

function thinNewestFirst(account: Account): ThinEvent[] {
  return [...account.thinEvents.toReversed(), ...account.eventsNewestFirst().map(withChanges)];
}

function withChanges(snapshot: StripeEvent): ThinEvent {
  const { object, previous_attributes: before } = snapshot.data;
  if (!before) return thinEventOf(snapshot);
  const after = Object.fromEntries(Object.keys(before).map((name) => [name, object[name]]));
  return { ...thinEventOf(snapshot), changes: { before, after } };
}

function filterOf(params: Params): (event: ThinEvent) => boolean {
  const [types, objectId] = [params.texts('types'), params.text('object_id')];
  const range = params.child('created');
  const [gte, lt] = [range?.text('gte'), range?.text('lt')];
  return (event) =>
    (types.length === 0 || types.includes(event.type)) &&
    (objectId === undefined || event.related_object?.id === objectId) &&
    (gte === undefined || event.created >= gte) &&
    (lt === undefined || event.created < lt);
}

function nextPage(params: Params, limit: number, from: number): URLSearchParams {
  const query = new URLSearchParams({ limit: String(limit), page: String(from) });
  const objectId = params.text('object_id');
  if (objectId !== undefined) query.set('object_id', objectId);
  params.texts('types').forEach((type, index) => query.set(`types[${index}]`, type));
  return query;
}
