import { z } from 'zod';

/** The caller's own label of a kind of notification. */
export const categoryName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, { error: 'must be 1 to 64 of a-z 0-9 . _ -' });

export const categoryParams = z.strictObject({ name: categoryName });

/** The body of `PUT /v1/categories/{name}`. */
export const categorySettings = z.strictObject({
  guarantee: z.enum(['at-least-once', 'at-most-once']).meta({
    description:
      'what happens when a provider did not say whether it took a message: it is sent again under the same id, or it becomes a dead letter',
  }),
});
export type CategorySettings = z.output<typeof categorySettings>;

const categoryView = categorySettings.extend({ name: z.string(), updatedAt: z.iso.datetime() });
export type CategoryView = z.output<typeof categoryView>;
export const categoryAnswer = categoryView;
export const categoriesAnswer = z.object({ categories: z.array(categoryView) });
export type CategoriesAnswer = z.output<typeof categoriesAnswer>;
