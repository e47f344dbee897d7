import { z } from 'zod';
import { categoryName } from './category.js';
import { consent, locale, timeZone } from './policy.js';
import { quietHours } from './quiet-hours.js';

/** What a user wants: the body of `PUT /v1/users/{userId}/preferences`. A PUT replaces: what it leaves out is unsaid. */
export const userPreferences = z.strictObject({
  choices: z
    .record(z.union([categoryName, z.literal('*')]), consent)
    .refine((all) => Object.keys(all).length <= 200, { error: 'must be at most 200' })
    .default({})
    .meta({ description: 'in or out, by category; `*` is every category that is not named' }),
  quietHours: quietHours
    .nullable()
    .default(null)
    .meta({ description: "null: the app's default; an empty list: none at all" }),
  timeZone: timeZone.nullable().default(null).meta({ description: 'null: that of the phone seen last' }),
  locale: locale.nullable().default(null).meta({ description: "null: each phone's own" }),
});
export type UserPreferences = z.output<typeof userPreferences>;
export type UserPreferencesInput = z.input<typeof userPreferences>;

export const preferencesView = userPreferences.extend({
  userId: z.string(),
  updatedAt: z.iso.datetime().nullable().meta({ description: 'null: never said anything' }),
});
export type PreferencesView = z.output<typeof preferencesView>;
