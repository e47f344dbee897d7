import { parseId } from '@signalbox/contracts';
import { z } from 'zod';

/** Seconds since 1970, as Stripe counts time. */
export const seconds = z.int();
/** In the currency's smallest unit. */
export const amount = z.int();
export const currency = z.string();

/** What Stripe says with null or not at all, we do not have. */
export const optional = <Value>(schema: z.ZodType<Value>) => schema.nullish().transform((value) => value ?? undefined);

/** The id of another object, which stands there whole where somebody asked for it so. */
export const reference = z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)]);

/** Where the app notes on an object of Stripe's which of its users it concerns, and where in the app that is. */
export const USER = 'signalbox_user_id';
export const DEEP_LINK = 'signalbox_deep_link';
/** Names the payment that we made an intent for. */
export const PAYMENT = 'signalbox_payment_id';
/** Characters of a user's id, at most, in every service. */
const LONGEST_USER_ID = 256;

/** What the metadata says to us, if there can be such a user and such a link; the rest of it is the app's own affair. */
export const notesOfMetadata = z
  .looseObject({
    [USER]: z.string().optional(),
    [DEEP_LINK]: z.string().optional(),
    [PAYMENT]: z.string().optional(),
  })
  .nullish()
  .transform((metadata) => {
    const user = metadata?.[USER]?.trim() ?? '';
    const link = metadata?.[DEEP_LINK]?.trim() ?? '';
    return {
      userId: user !== '' && user.length <= LONGEST_USER_ID ? user : undefined,
      // Stripe keeps 500 characters of a value: a longer one cannot come.
      deepLink: URL.canParse(link) ? link : undefined,
      payment: parseId('payment', metadata?.[PAYMENT] ?? ''),
    };
  });

/** The user that the metadata names. */
export const userOfMetadata = notesOfMetadata.transform(({ userId }) => userId);

/** Why an attempt failed: codes only, the words may name people. */
export const attemptError = z
  .object({
    code: optional(z.string()),
    decline_code: optional(z.string()),
    charge: optional(reference),
    /** Names the very request to Stripe; its address is all that tells two attempts without a charge apart. */
    request_log_url: optional(z.string()),
  })
  .transform((error) => ({
    code: error.code,
    declineCode: error.decline_code,
    charge: error.charge,
    request: /req_\w+/.exec(error.request_log_url ?? '')?.[0],
  }));
export type AttemptError = z.output<typeof attemptError>;

/** What the customer has to do; only its kind, since the rest holds links that let one do it. */
export const nextAction = optional(z.object({ type: z.string() }).transform(({ type }) => type));
