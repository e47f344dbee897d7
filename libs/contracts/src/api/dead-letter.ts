import { z } from 'zod';
import { LANES } from '../lanes.js';
import { pageOf, pageQuery } from './page.js';

/** What was done about a dead letter: nothing yet, sent again, put away. */
const resolution = z.enum(['open', 'replayed', 'discarded']);

/** The letters of one group, or of several: what is left out matches everything. */
export const letterGroup = {
  provider: z.enum(['apns', 'fcm', 'webpush']).optional(),
  lane: z.enum(LANES).optional(),
  reason: z.string().min(1).max(512).optional().meta({ description: 'exactly as the letters have it' }),
};
/** Only the operator may name an app: a key is bound to its own. */
const appId = z.string().optional().meta({ description: 'operators: only letters of this app; absent: of all apps' });

export const deadLetterQuery = pageQuery.extend({ ...letterGroup, appId, state: resolution.default('open') });
export type DeadLetterQuery = z.output<typeof deadLetterQuery>;
export const deadLetterGroupsQuery = z.strictObject({ appId });
export const deadLetterParams = z.strictObject({
  id: z.string().meta({ description: '`dlv_...`: the dead delivery' }),
});

export const deadLetterView = z.object({
  id: z.string(),
  appId: z.string(),
  notificationId: z.string(),
  deviceId: z.string(),
  provider: z.string(),
  lane: z.string(),
  reason: z.string(),
  attempt: z.int().meta({ description: 'the attempt that was the last' }),
  answer: z.unknown().optional().meta({ description: "the provider's last answer as it came" }),
  diedAt: z.iso.datetime(),
  state: resolution,
  resolvedAt: z.iso.datetime().optional(),
  replayId: z.string().optional().meta({ description: 'the delivery that repeats it' }),
  note: z.string().optional().meta({ description: 'why it was discarded' }),
});
export type DeadLetterView = z.output<typeof deadLetterView>;
export const deadLetterPage = pageOf(deadLetterView);

const deadLetterGroup = z.object({
  appId: z.string(),
  provider: z.string(),
  lane: z.string(),
  reason: z.string(),
  count: z.int(),
  oldestAt: z.iso.datetime(),
  newestAt: z.iso.datetime(),
  exampleId: z.string().meta({ description: 'one letter of the group' }),
});
export type DeadLetterGroup = z.output<typeof deadLetterGroup>;
export const deadLetterGroups = z.object({ groups: z.array(deadLetterGroup) });
export type DeadLetterGroups = z.output<typeof deadLetterGroups>;

const MOST_AT_ONCE = 10_000;

/** Which open letters are meant: named ones, those of a group, or all. */
const selection = {
  ids: z.array(z.string()).min(1).max(500).optional(),
  ...letterGroup,
  appId,
  all: z.literal(true).optional().meta({ description: 'really all: neither ids nor a group' }),
  limit: z
    .int()
    .min(1)
    .max(MOST_AT_ONCE)
    .default(MOST_AT_ONCE)
    .meta({ description: 'the rest stays, and is counted in `left`' }),
};
const oneSelection = (given: z.output<z.ZodObject<typeof selection>>): boolean => {
  const byGroup = given.provider !== undefined || given.lane !== undefined || given.reason !== undefined;
  return [given.ids !== undefined, byGroup, given.all === true].filter(Boolean).length === 1;
};
const ONE_SELECTION = 'must name exactly one of: ids; a group (provider, lane, reason); "all": true';

export const lettersPerSecond = z
  .int()
  .min(1)
  .max(1_000)
  .default(100)
  .meta({ description: 'how many are sent again each second' });

/** The body of `POST /v1/dead-letters/replay`. */
export const replayRequest = z
  .strictObject({
    ...selection,
    perSecond: lettersPerSecond,
  })
  .refine(oneSelection, { error: ONE_SELECTION });
export type ReplayRequest = z.output<typeof replayRequest>;
export type ReplayRequestInput = z.input<typeof replayRequest>;

export const discardNote = z.string().trim().min(1).max(500).meta({ description: 'why; kept with the letters' });
/** The body of `POST /v1/dead-letters/discard`. */
export const discardRequest = z
  .strictObject({ ...selection, note: discardNote })
  .refine(oneSelection, { error: ONE_SELECTION });
export type DiscardRequest = z.output<typeof discardRequest>;
export type DiscardRequestInput = z.input<typeof discardRequest>;
/** The body of `POST /v1/dead-letters/{id}/discard`. */
export const discardOneRequest = z.strictObject({ note: discardNote });

export const replayAnswer = z.object({
  replayed: z.int(),
  left: z.int().meta({ description: 'open letters that match and were not replayed by this call' }),
  lastDueAt: z.iso.datetime().nullable().meta({ description: 'when the last of them is sent; null: there was none' }),
});
export type ReplayAnswer = z.output<typeof replayAnswer>;

export const discardAnswer = z.object({ discarded: z.int(), left: z.int() });
export type DiscardAnswer = z.output<typeof discardAnswer>;
