import { z } from 'zod';
import { pageOf } from './page.js';
import { subscriptionSheet } from './payment-sheet.js';
import { ephemeralKey, metadata, platform, userId } from './sheet-fields.js';

const gatewayId = z.string().regex(/^[A-Za-z0-9_.-]{1,255}$/);

const prices = z
  .array(
    z.strictObject({
      price: gatewayId.meta({ description: "the gateway's id of a recurring price" }),
      quantity: z.int().min(1).max(1_000_000).default(1),
    }),
  )
  .min(1)
  .max(20)
  .refine((list) => new Set(list.map(({ price }) => price)).size === list.length, {
    error: 'must name each price once',
  });

export const subscriptionParams = z.strictObject({ id: gatewayId.meta({ description: '`sub_...`' }) });

/** The body of `POST /v1/subscriptions`. */
export const subscriptionRequest = z.strictObject({
  userId,
  prices,
  trialDays: z.int().min(1).max(730).optional(),
  paymentMethodId: gatewayId
    .optional()
    .meta({ description: 'a saved one; absent: the default of the customer, or what they choose in the sheet' }),
  metadata: metadata.optional(),
  platform: platform.optional(),
  ephemeralKey: ephemeralKey.optional(),
});
export type SubscriptionRequest = z.output<typeof subscriptionRequest>;

/** The body of `POST /v1/subscriptions/{id}`: what it shall consist of from now on. */
export const subscriptionChange = z
  .strictObject({
    prices: prices.optional(),
    paymentMethodId: gatewayId.optional().meta({ description: 'what it is paid with from now on' }),
    proration: z.enum(['create_prorations', 'always_invoice', 'none']).default('create_prorations').meta({
      description:
        'what the rest of the period costs more or less: on the next invoice, on one of its own that is charged now, or nowhere',
    }),
  })
  .refine(({ prices: wanted, paymentMethodId }) => wanted !== undefined || paymentMethodId !== undefined, {
    path: ['prices'],
    error: 'must be there, or paymentMethodId: nothing else can be changed here',
  });
export type SubscriptionChangeRequest = z.output<typeof subscriptionChange>;

export const subscriptionCancel = z.strictObject({
  at: z.enum(['now', 'period_end']).meta({ description: 'period_end: what was paid for is still given' }),
});
export type SubscriptionCancelRequest = z.output<typeof subscriptionCancel>;

/** How a subscription stands, and what it entitles its user to. */
export const subscriptionView = z.object({
  id: z.string().meta({ description: "the gateway's id, `sub_...`" }),
  userId: z.string().nullable(),
  gateway: z.enum(['stripe', 'braintree']),
  livemode: z.boolean(),
  status: z.enum([
    'incomplete',
    'incomplete_expired',
    'trialing',
    'active',
    'past_due',
    'unpaid',
    'canceled',
    'paused',
  ]),
  entitled: z.boolean().meta({ description: 'computed from how it stands now, never from an event' }),
  entitledUntil: z.iso.datetime().nullable().meta({ description: 'null while it entitles to nothing' }),
  prices: z.array(z.string()),
  trialEndsAt: z.iso.datetime().nullable(),
  cancelsAt: z.iso.datetime().nullable().meta({ description: 'it ends then unless it is resumed' }),
  asOf: z.iso.datetime().meta({ description: 'when the gateway last told how it stands' }),
});
export type SubscriptionView = z.output<typeof subscriptionView>;
export const subscriptionPage = pageOf(subscriptionView);

/** What a change of a subscription came to; a repetition of the request answers the same. */
export const subscriptionAnswer = z.object({
  operationId: z.string().meta({ description: '`op_...`' }),
  subscription: subscriptionView,
});
export type SubscriptionAnswer = z.output<typeof subscriptionAnswer>;

/** What `POST /v1/subscriptions` answers. */
export const subscribed = subscriptionAnswer.extend({
  sheet: subscriptionSheet.nullable().meta({ description: 'null: the customer has nothing to do' }),
});
export type Subscribed = z.output<typeof subscribed>;
