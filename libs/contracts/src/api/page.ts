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
