import { z } from 'zod';
import { discardNote } from './dead-letter.js';
import { pageOf, pageQuery } from './page.js';

const state = z.enum(['waiting', 'dead', 'decided']).meta({
  description: '`waiting`: not worked on yet; `dead`: it could not be, see `reason`; `decided`: see `decision`',
});
const account = z.string().max(64).meta({
  description: 'of this connected account, `acct_...`; an objectId or `evt_...` without it is of the own account',
});

/** Events one call looks at, at most: `next` goes on behind them. */
const selection = {
  type: z.string().min(1).max(255).optional().meta({ description: 'exactly, e.g. `payment_intent.succeeded`' }),
  objectId: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "Stripe's id of what it is about, e.g. `pi_...`" }),
  account: account.optional(),
  from: z.iso.datetime().optional().meta({ description: 'received then or later' }),
  to: z.iso.datetime().optional().meta({ description: 'received before' }),
};

/** The query of `GET /v1/stripe-events`: newest first. */
export const stripeEventQuery = pageQuery.extend({ ...selection, state: state.optional() });
export type StripeEventQuery = z.output<typeof stripeEventQuery>;

export const stripeEventParams = z.strictObject({ id: z.string().meta({ description: '`ste_...`' }) });

const stripeEventView = z.object({
  id: z.string(),
  eventId: z.string().meta({ description: "Stripe's id, `evt_...`" }),
  type: z.string(),
  account: z.string().nullable().meta({ description: "the connected account; null: the app's own" }),
  objectType: z.string().nullable(),
  objectId: z.string().nullable(),
  shape: z.enum(['snapshot', 'thin']),
  snapshotEvent: z.string().nullable(),
  apiVersion: z.string().nullable(),
  livemode: z.boolean(),
  via: z
    .enum(['webhook', 'reconciler', 'call'])
    .meta({ description: '`call`: none of Stripe’s; a call of ours changed the object, so it was looked at again' }),
  sourceId: z.string().nullable(),
  createdAt: z.iso.datetime().meta({ description: 'when Stripe made it' }),
  receivedAt: z.iso.datetime(),
  state,
  reason: z.string().nullable().meta({ description: 'why it is dead' }),
  decision: z.string().nullable(),
  detail: z.string().nullable(),
});
export type StripeEventView = z.output<typeof stripeEventView>;
export const stripeEventPage = pageOf(stripeEventView);

export const stripeEventHistory = stripeEventView.extend({
  effects: z.array(z.object({ effect: z.string(), event: z.string(), at: z.iso.datetime() })).meta({
    description: 'what it made happen; `event` is the fact in the event log that tells of it',
  }),
  body: z.unknown().meta({ description: 'as Stripe sent it; null: its key was destroyed' }),
});
export type StripeEventHistory = z.output<typeof stripeEventHistory>;

/** The body of `POST /v1/stripe-events/replay`. */
export const stripeReplayRequest = z
  .strictObject({
    ids: z.array(z.string()).min(1).max(500).optional().meta({ description: '`ste_...` or `evt_...`' }),
    ...selection,
    state: state.optional().meta({ description: 'only those' }),
    dryRun: z.boolean().default(false).meta({ description: 'say what would be worked on again, and leave it' }),
    after: z.string().max(64).optional().meta({ description: 'the `next` of the call before' }),
    limit: z.int().min(1).max(1_000).default(1_000),
  })
  .refine(
    ({ ids, type, objectId, from, to, state: only }) =>
      (ids === undefined) !== [type, objectId, from, to, only].every((each) => each === undefined),
    { error: 'must name either ids, or what they have in common: type, objectId, from, to, state' },
  );
export type StripeReplayRequest = z.output<typeof stripeReplayRequest>;

export const stripeReplayAnswer = z.object({
  matched: z.int(),
  replayed: z
    .int()
    .meta({ description: '0 in a dry run; without events whose content was erased, which are left as they are' }),
  types: z.record(z.string(), z.int()).meta({ description: 'how many of each type' }),
  events: z.array(stripeEventView).meta({ description: 'the first 100 of them, as they were before' }),
  next: z.string().nullable().meta({ description: 'there may be more: pass it as `after`' }),
});
export type StripeReplayAnswer = z.output<typeof stripeReplayAnswer>;

/** The body of `POST /v1/stripe-events/discard`. */
export const stripeDiscardRequest = z.strictObject({
  ids: z.array(z.string()).min(1).max(500).meta({ description: '`ste_...` or `evt_...`' }),
  account: account.optional(),
  note: discardNote.meta({ description: 'why; it is the `detail` of the decision' }),
});
export type StripeDiscardRequest = z.output<typeof stripeDiscardRequest>;

export const stripeDiscardAnswer = z.object({
  discarded: z.int(),
  left: z.int().meta({ description: 'events among them that are not dead: those stay as they are' }),
});
export type StripeDiscardAnswer = z.output<typeof stripeDiscardAnswer>;
