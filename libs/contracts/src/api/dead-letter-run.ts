import { z } from 'zod';
import { discardNote, letterGroup, lettersPerSecond } from './dead-letter.js';
import { pageOf, pageQuery } from './page.js';

const which = {
  ...letterGroup,
  appId: z.string().optional().meta({ description: 'operators: whose letters; a key means those of its own app' }),
  all: z.literal(true).optional().meta({ description: 'all letters of the app, and no group' }),
  startedBy: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'operators: who asked for it; kept with the run. Of a key its id is kept' }),
};

/** The body of `PUT /v1/dead-letters/runs/{id}`. */
export const deadLetterRunRequest = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('replay'), ...which, perSecond: lettersPerSecond }),
    z.strictObject({ action: z.literal('discard'), ...which, note: discardNote }),
  ])
  .refine(({ provider, lane, reason, all }) => [provider, lane, reason].every((each) => each === undefined) === !!all, {
    error: 'must name exactly one of: a group (provider, lane, reason); "all": true',
  });
export type DeadLetterRunRequest = z.output<typeof deadLetterRunRequest>;

export const deadLetterRunParams = z.strictObject({
  id: z.string().meta({ description: '`dlr_...`: made by whoever starts it, a TypeID of a new UUIDv7' }),
});
export const deadLetterRunsQuery = pageQuery.extend({
  appId: z.string().optional().meta({ description: 'operators: only runs of this app; absent: of all apps' }),
});
/** The body of `POST /v1/dead-letters/runs/{id}/stop`. */
export const stopRunRequest = z.strictObject({ stoppedBy: which.startedBy });

/** What becomes of all open letters of a selection, one after the other. */
export const deadLetterRunView = z.object({
  id: z.string(),
  appId: z.string(),
  action: z.enum(['replay', 'discard']),
  provider: z.string().optional(),
  lane: z.string().optional(),
  reason: z.string().optional(),
  perSecond: z.int().optional().meta({ description: 'at most so many are sent again each second' }),
  note: z.string().optional(),
  startedBy: z.string(),
  state: z.enum(['running', 'stopped', 'done']).meta({
    description: 'stopped: what it had not come to stays open; done: none of its letters is open any more',
  }),
  letters: z.int().meta({ description: 'open letters that matched when it began; later ones are no part of it' }),
  done: z.int().meta({ description: 'letters that it replayed or discarded; others were first with the rest' }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
});
export type DeadLetterRunView = z.output<typeof deadLetterRunView>;
export const deadLetterRunPage = pageOf(deadLetterRunView);
