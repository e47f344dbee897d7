import type { Page } from '@signalbox/contracts';

/** Makes a page of `limit` items out of up to `limit + 1` that were read: one too many means that there is a next page. */
export function toPage<Item extends { readonly id: string }>(read: readonly Item[], limit: number): Page<Item> {
  const items = read.slice(0, limit);
  return { items, next: read.length > limit ? (items.at(-1)?.id ?? null) : null };
}
