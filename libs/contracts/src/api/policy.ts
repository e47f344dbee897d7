import { z } from 'zod';
import { GUARANTEES, categoryName } from './category.js';
import { isLocale, isTimeZone } from './places-and-languages.js';
import { pageOf, pageQuery } from './page.js';
import { quietHours } from './quiet-hours.js';

export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { error: 'must be an IANA time zone such as Europe/Zurich' });
export const locale = z.string().max(64).refine(isLocale, { error: 'must be a BCP 47 language tag such as de-CH' });

/** `in`: users get it unless they opted out; `out`: only those who opted in do. */
export const consent = z.enum(['in', 'out']);
export type Consent = z.output<typeof consent>;

const LONGEST_CAP_SECONDS = 31 * 24 * 3_600;

const cap = z.strictObject({
  max: z.int().min(1).max(200),
  perSeconds: z
    .int()
    .min(60)
    .max(LONGEST_CAP_SECONDS)
    .meta({ description: 'a window that rolls: in no stretch of this length are there more' }),
});
export type Cap = z.output<typeof cap>;
const caps = z.array(cap).max(5);

const quietChannelId = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, {
  error: 'must be the id of a notification channel: 1 to 64 letters, digits, dots, colons, underscores or hyphens',
});

const DURING_QUIET_HOURS = ['delay', 'drop', 'silent', 'ignore'] as const;
export type DuringQuietHours = (typeof DURING_QUIET_HOURS)[number];

const categoryPolicy = z.strictObject({
  guarantee: z.enum(GUARANTEES).default('at-least-once'),
  mandatory: z.boolean().default(false).meta({
    description: 'nobody opts out of it, and of quiet hours and caps it obeys those that stand here and no others',
  }),
  consent: consent.optional().meta({ description: 'defaults.consent unless told' }),
  quietHours: z
    .enum(DURING_QUIET_HOURS)
    .optional()
    .meta({ description: 'what becomes of it meanwhile; unless told, bulk is delayed and transactional is sent' }),
  caps: caps.optional().meta({ description: 'for each user, of this category alone, besides defaults.caps' }),
});
export type CategoryPolicy = z.output<typeof categoryPolicy>;

/** What an app's users are spared: the body of `PUT /v1/policy`, which replaces the one before. */
export const policyDocument = z.strictObject({
  defaults: z
    .strictObject({
      consent: consent.default('in'),
      timeZone: timeZone.default('UTC').meta({ description: 'of users of whom neither they nor a phone told it' }),
      locale: locale.optional().meta({ description: 'of users of whom neither they nor a phone told it' }),
      quietHours: quietHours.nullable().default(null).meta({ description: 'of users who did not choose their own' }),
      quietChannelId: quietChannelId.optional().meta({
        description:
          'the Android notification channel, made by the app without sound, in which quietHours "silent" shows',
      }),
      caps: caps.default([]).meta({ description: 'for each user, over all categories that are not mandatory' }),
      silentPerHour: z
        .int()
        .min(1)
        .max(200)
        .nullable()
        .default(3)
        .meta({ description: 'silent notifications per iPhone and hour: Apple delivers two or three. null: no limit' }),
    })
    .prefault({}),
  categories: z
    .record(categoryName, categoryPolicy)
    .refine((all) => Object.keys(all).length <= 200, { error: 'must be at most 200' })
    .default({}),
});
export type PolicyDocument = z.output<typeof policyDocument>;
export type PolicyDocumentInput = z.input<typeof policyDocument>;

export const policyView = z.object({
  version: z.int().meta({ description: '0: none was ever put, and everything is sent' }),
  at: z.iso.datetime().nullable(),
  document: policyDocument,
});
export type PolicyView = z.output<typeof policyView>;

const policyVersion = z.object({ version: z.int(), at: z.iso.datetime() });
export type PolicyVersion = z.output<typeof policyVersion>;
export const policyVersionPage = pageOf(policyVersion);
const versionNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, { error: 'must be the number of a version' })
  .transform(Number);
export const policyVersionsQuery = pageQuery.extend({
  after: versionNumber.optional().meta({ description: 'the `next` of the page before' }),
});
export type PolicyVersionsQuery = z.output<typeof policyVersionsQuery>;
export const policyVersionParams = z.strictObject({ version: versionNumber });
