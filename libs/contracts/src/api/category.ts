import { z } from 'zod';

/** The caller's own label of a kind of notification. */
export const categoryName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, { error: 'must be 1 to 64 of a-z 0-9 . _ -' });

/** What may happen to a message of which a provider did not say whether it took it. */
export const GUARANTEES = ['at-least-once', 'at-most-once'] as const;

export const categoryParams = z.strictObject({ name: categoryName });

/** The body of `PUT /v1/categories/{name}`. */
export const categorySettings = z.strictObject({
  guarantee: z.enum(GUARANTEES).meta({
    description:
      'what happens when a provider did not say whether it took a message: it is sent again under the same id, or it becomes a dead letter',
  }),
});
export type CategorySettings = z.output<typeof categorySettings>;

const categoryView = categorySettings.extend({
  name: z.string(),
  updatedAt: z.iso.datetime().meta({ description: "when the app's policy became what it is" }),
});
export type CategoryView = z.output<typeof categoryView>;
export const categoryAnswer = categoryView;
export const categoriesAnswer = z.object({ categories: z.array(categoryView) });
export type CategoriesAnswer = z.output<typeof categoriesAnswer>;
