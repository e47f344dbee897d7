import { z } from 'zod';
import type { Slice } from './slices.js';
import type { Window } from './windows.js';

const PAGE = 100;

/** One page of a list of events. */
export interface EventPage {
  /** As they came. */
  readonly events: readonly { readonly id: string }[];
  /** The path of the next page. */
  readonly next: string | undefined;
}

/** Where the list is, which is also what Stripe's limits count. */
export const ENDPOINT_OF = { snapshot: '/v1/events', thin: '/v2/core/events' } as const;

const listed = z.array(z.looseObject({ id: z.string() }));
const snapshotPage = z.object({ data: listed, has_more: z.boolean() });
const thinPage = z.object({ data: listed, next_page_url: z.string().nullish() });

/** The path of the first page. Newest first; what is created meanwhile is not in the window, so pages do not shift. */
export function firstPage({ shape, types }: Slice, { from, until }: Window): string {
  const time = (seconds: number): string =>
    shape === 'thin' ? new Date(seconds * 1_000).toISOString() : String(seconds);
  // A thin event has a time within its second.
  const last = shape === 'thin' ? until + 1 : until;
  return `${ENDPOINT_OF[shape]}?${query([
    ['limit', String(PAGE)],
    ['created[gte]', time(from)],
    [shape === 'thin' ? 'created[lt]' : 'created[lte]', time(last)],
    ...types.map((type, index) => [`types[${index}]`, type] as const),
  ])}`;
}

/** Reads a page that was asked for under `path`; undefined when it is none. */
export function readPage({ shape }: Slice, path: string, body: unknown): EventPage | undefined {
  if (shape === 'thin') {
    const page = thinPage.safeParse(body).data;
    return page && { events: page.data, next: nextThinPage(page.next_page_url) };
  }
  const page = snapshotPage.safeParse(body).data;
  if (page === undefined) return undefined;
  const last = page.data.at(-1);
  return { events: page.data, next: page.has_more && last !== undefined ? pageAfter(path, last.id) : undefined };
}

function pageAfter(path: string, id: string): string {
  const [endpoint, parameters] = path.split('?') as [string, string];
  const others = parameters.split('&').filter((parameter) => !parameter.startsWith('starting_after='));
  return `${endpoint}?${[...others, query([['starting_after', id]])].join('&')}`;
}

/** Stripe names the next page itself; nothing but that list is followed. */
function nextThinPage(url: string | null | undefined): string | undefined {
  if (url === null || url === undefined) return undefined;
  const { pathname, search } = new URL(url, 'https://api.stripe.com');
  return pathname === ENDPOINT_OF.thin ? `${pathname}${search}` : undefined;
}

function query(parameters: readonly (readonly [string, string])[]): string {
  return parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}
