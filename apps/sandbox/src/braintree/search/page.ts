import { collection, list, type XmlValue } from '../wire/xml.js';

const PAGE = 50;

/** What a search answers first: the ids of everything that it has found. */
export function idsFound(ids: readonly string[]): XmlValue {
  return { pageSize: PAGE, ids: list('item', ids) };
}

/** One page of things. */
export function pageOf(item: string, things: readonly XmlValue[], page: number): XmlValue {
  const shown = things.slice((page - 1) * PAGE, page * PAGE);
  return collection({ currentPageNumber: page, pageSize: PAGE, totalItems: things.length }, item, shown);
}
