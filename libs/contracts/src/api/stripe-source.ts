import { z } from 'zod';
import { pageOf } from './page.js';

/** Each of them is tried on every webhook that none before it fits. */
export const MOST_STRIPE_SECRETS = 20;

const SIGNING_SECRET = /^whsec_[A-Za-z0-9+/=_-]{16,250}$/;

const signingSecret = z
  .string()
  .regex(SIGNING_SECRET, {
    error: ({ input }) =>
      typeof input === 'string' && /\s/.test(input)
        ? 'must be exactly the text that Stripe shows; this one has a space or a line break in it'
        : 'must be the signing secret of an event destination as Stripe shows it: whsec_ and 16 letters or more',
  })
  .meta({ description: '`whsec_...`; never shown again' });

const window = {
  notBefore: z.iso.datetime().optional().meta({ description: 'from when it counts; absent: now' }),
  notAfter: z.iso.datetime().optional().meta({ description: 'until when; absent: until it is deleted' }),
};
const opensBeforeItCloses = ({
  notBefore,
  notAfter,
}: {
  notBefore?: string | undefined;
  notAfter?: string | undefined;
}) => notBefore === undefined || notAfter === undefined || Date.parse(notBefore) < Date.parse(notAfter);
const IN_ORDER = { path: ['notAfter'], error: 'must be later than notBefore' };

const newStripeSecret = z.strictObject({ secret: signingSecret, ...window }).refine(opensBeforeItCloses, IN_ORDER);
export type NewStripeSecret = z.output<typeof newStripeSecret>;

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .meta({ description: 'for people, e.g. what Stripe calls the destination' });

/** The body of `POST /v1/stripe-sources`. */
export const newStripeSource = z.strictObject({
  name,
  scope: z
    .enum(['account', 'connect'])
    .default('account')
    .meta({ description: "whose events the destination sends: the account's own, or those of connected accounts" }),
  shape: z.enum(['snapshot', 'thin']).default('snapshot').meta({ description: "the destination's payload style" }),
  secrets: z
    .array(newStripeSecret)
    .min(1, 'must have at least one: nothing unsigned is ever taken')
    .max(MOST_STRIPE_SECRETS)
    .refine((secrets) => secrets.length === 0 || secrets.some(({ notAfter }) => notAfter === undefined), {
      error: 'must have one without notAfter, or the source would fall silent at a time that nobody remembers',
    }),
});
export type NewStripeSource = z.output<typeof newStripeSource>;

/** The body of `PATCH /v1/stripe-sources/{id}`. Scope and shape are those of the destination at Stripe for ever. */
export const stripeSourceChange = z.strictObject({ name: name.optional() });
export type StripeSourceChange = z.output<typeof stripeSourceChange>;

/** The body of `POST /v1/stripe-sources/{id}/secrets`. */
export const stripeSecretRotation = z
  .strictObject({
    secret: signingSecret,
    ...window,
    othersEndAfterSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .nullable()
      .default(null)
      .meta({ description: 'how long the other secrets go on counting; null: as they did' }),
  })
  .refine(opensBeforeItCloses, IN_ORDER);
export type StripeSecretRotation = z.output<typeof stripeSecretRotation>;

/** The body of `PATCH /v1/stripe-sources/{id}/secrets/{secretId}`: what is left out stays as it is. */
export const stripeSecretChange = z.strictObject({
  notBefore: z.iso.datetime().optional(),
  notAfter: z.iso.datetime().nullable().optional().meta({ description: 'null: until it is deleted' }),
});
export type StripeSecretChange = z.output<typeof stripeSecretChange>;

export const stripeSourceParams = z.strictObject({ id: z.string().meta({ description: '`sts_...`' }) });
export const stripeSecretParams = stripeSourceParams.extend({
  secretId: z.string().meta({ description: '`sss_...`' }),
});

export const stripeSecretView = z.object({
  id: z.string(),
  hint: z.string().meta({ description: 'its last characters' }),
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime().nullable().meta({ description: 'null: until it is deleted' }),
  lastUsedAt: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'when a webhook was last signed with it, within a minute' }),
  createdAt: z.iso.datetime(),
});
export type StripeSecretView = z.output<typeof stripeSecretView>;

export const stripeSourceView = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(['account', 'connect']),
  livemode: z.boolean().meta({ description: 'the mode of the app' }),
  shape: z.enum(['snapshot', 'thin']),
  path: z.string().meta({ description: 'where the destination posts to, behind the public address of this service' }),
  secrets: z.array(stripeSecretView).meta({ description: 'newest first' }),
  createdAt: z.iso.datetime(),
});
export type StripeSourceView = z.output<typeof stripeSourceView>;
export const stripeSourcePage = pageOf(stripeSourceView);
