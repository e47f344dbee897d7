import type { ListPage, StripeObject } from '../objects/stripe-object.js';
import type { Params } from './params.js';
import { invalid, noSuch } from './refused.js';

const USUAL = 10;
const MOST = 100;

/**
 * One page of what Stripe would list: newest first, after or before a named object, filtered by `created`.
 * https://docs.stripe.com/api/pagination
 */
export function pageOf<Item extends StripeObject>(
  url: string,
  newestFirst: readonly Item[],
  params: Params,
): ListPage<Item> {
  const limit = params.integer('limit') ?? USUAL;
  if (limit < 1 || limit > MOST) throw invalid(`Invalid limit: must be between 1 and ${MOST}`, 'limit');
  const items = newestFirst.filter(createdWithin(params));
  const [startingAfter, endingBefore] = [params.text('starting_after'), params.text('ending_before')];
  if (startingAfter !== undefined && endingBefore !== undefined)
    throw invalid('Received both ending_before and starting_after: send one of them.');
  if (endingBefore !== undefined) {
    const before = items.slice(0, place(newestFirst, items, endingBefore, 'ending_before'));
    return { object: 'list', data: before.slice(-limit), has_more: before.length > limit, url };
  }
  const from = startingAfter === undefined ? 0 : place(newestFirst, items, startingAfter, 'starting_after') + 1;
  return { object: 'list', data: items.slice(from, from + limit), has_more: items.length > from + limit, url };
}

function place(all: readonly StripeObject[], items: readonly StripeObject[], id: string, param: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index >= 0) return index;
  // The cursor may lie outside of the filter, as when a window of time moves on while its pages are read.
  const rank = all.findIndex((item) => item.id === id);
  if (rank < 0) throw noSuch(all[0]?.object ?? 'object', id, param);
  const kept = new Set(items);
  return all.slice(0, rank).filter((item) => kept.has(item)).length - (param === 'starting_after' ? 1 : 0);
}

function createdWithin(params: Params): (item: StripeObject) => boolean {
  const range = params.child('created');
  if (!range) {
    const exactly = params.integer('created');
    return ({ created }) => exactly === undefined || created === exactly;
  }
  const [gt, gte, lt, lte] = [range.integer('gt'), range.integer('gte'), range.integer('lt'), range.integer('lte')];
  return ({ created = 0 }) =>
    (gt === undefined || created > gt) &&
    (gte === undefined || created >= gte) &&
    (lt === undefined || created < lt) &&
    (lte === undefined || created <= lte);
}
