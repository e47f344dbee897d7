import { z } from 'zod';

/** The query of a cursor list: items behind `after`, at most `limit` of them. */
export const pageQuery = z.strictObject({
  after: z.string().max(64).optional().meta({ description: 'the `next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** One page of a list in the order things were made; `next` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** Makes a page of `limit` items out of up to `limit + 1` that were read: one too many means that there is a next page. */
export function toPage<Item extends { readonly id: string }>(read: readonly Item[], limit: number): Page<Item> {
  const items = read.slice(0, limit);
  return { items, next: read.length > limit ? (items.at(-1)?.id ?? null) : null };
}
