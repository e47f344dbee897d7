import { z } from 'zod';
import { EVENT_TYPES, feedEvent } from '../events.js';

const TYPES = Object.keys(EVENT_TYPES);

/** `?type=a,b&type=c`, as a list; a name that no event has would wait for ever, so it is refused. */
const types = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [...new Set([value].flat().flatMap((list) => list.split(',')))])
  .superRefine((names, issues) => {
    for (const name of names.filter((each) => !TYPES.includes(each))) {
      issues.addIssue({ code: 'custom', message: `no event has the type "${name}"; types are ${TYPES.join(', ')}` });
    }
  });

export const feedQuery = z.strictObject({
  after: z.string().max(128).optional().meta({
    description: 'the `next` of the page before; `now` for what comes from now on; absent: from the beginning',
  }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  type: types.optional().meta({ description: 'only these types; repeated or separated by commas' }),
  subject: z.string().min(1).max(256).optional().meta({ description: 'only what happened to this, e.g. `ntf_...`' }),
});
export type FeedQuery = z.output<typeof feedQuery>;

export const feedAnswer = z.object({
  events: z.array(feedEvent),
  next: z.string().meta({ description: 'pass it as `after`; it is given, and valid, even when there are no events' }),
  caughtUp: z.boolean().meta({ description: 'false: there is more, ask again at once, even when `events` is empty' }),
});
export type FeedAnswer = z.output<typeof feedAnswer>;

export const eventParams = z.strictObject({ id: z.string().meta({ description: '`evt_...`' }) });
