import { z } from 'zod';

export const breakerParams = z.strictObject({ credentialId: z.string().meta({ description: '`crd_...`' }) });

const POSITIONS = ['automatic', 'open', 'closed'] as const;

/** The body of `PUT /v1/breakers/{credentialId}`. */
export const breakerRequest = z.strictObject({
  position: z.enum(POSITIONS).meta({
    description:
      '`open`: nothing is sent with the credential, and what is meant for it waits; `closed`: it is sent however the provider answers; `automatic`: by how the provider answers',
  }),
  reason: z
    .string()
    .trim()
    .min(1, { error: 'must say why, for whoever looks at it next' })
    .max(500)
    .meta({ description: 'why, for whoever looks at it next' }),
  until: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'when it is left to itself again; absent: when somebody says so' }),
});
export type BreakerRequest = z.output<typeof breakerRequest>;

/** The body of `PUT /v1/breakers`. */
export const breakersRequest = breakerRequest
  .extend({
    provider: z.enum(['apns', 'fcm', 'webpush']).optional().meta({ description: 'only credentials of this provider' }),
    appId: z.string().optional().meta({ description: 'only credentials of this app, `app_...`' }),
  })
  .refine(({ provider, appId }) => provider !== undefined || appId !== undefined, {
    error: 'must name a provider, an app, or both',
    path: ['provider'],
  });
export type BreakersRequest = z.output<typeof breakersRequest>;

/** What `PUT /v1/breakers` was about. */
export const breakersSetAnswer = z.object({
  credentials: z.int().meta({ description: 'how many there are; one that is added later is none of them' }),
});
export type BreakersSetAnswer = z.output<typeof breakersSetAnswer>;

const processView = z.object({
  process: z.string().meta({ description: 'host and process id' }),
  service: z.string().meta({ description: "the host of a browser's push service; empty for APNs and FCM" }),
  state: z.enum(['open', 'let_through', 'closed']),
  since: z.iso.datetime({ offset: true }),
  answers: z
    .array(z.object({ reason: z.string(), at: z.iso.datetime({ offset: true }) }))
    .meta({ description: 'the last ones that were trouble, oldest first' }),
});

const flagView = z.object({
  flag: z.string(),
  source: z.enum(['environment', 'file']),
  reason: z.string().nullable().meta({ description: 'why, as far as it was said' }),
  since: z.iso.datetime({ offset: true }),
  processes: z.array(z.string()).meta({ description: 'those that were started with it or read it' }),
});

export type FlagOfBreaker = z.output<typeof flagView>;

const breakerView = z.object({
  credentialId: z.string(),
  appId: z.string(),
  provider: z.string(),
  position: z.enum(POSITIONS),
  reason: z.string().nullable().meta({ description: 'why an operator put it there' }),
  since: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable().meta({ description: 'null: until somebody says so' }),
  hold: z
    .object({ reason: z.string(), since: z.iso.datetime(), until: z.iso.datetime().nullable() })
    .nullable()
    .meta({ description: 'why nothing is sent with it now, in any process' }),
  // A push that is a version behind says nothing of them.
  flags: z.array(flagView).meta({ description: 'flags that stop it, each by one source; docs/flags.md' }).optional(),
  waiting: z.int().meta({ description: 'deliveries that were routed to it and are not settled' }),
  processes: z.array(processView).meta({ description: 'processes that had trouble with it in the last minutes' }),
});
export type BreakerView = z.output<typeof breakerView>;
export const breakerAnswer = breakerView;
export const breakersAnswer = z.object({ breakers: z.array(breakerView) });
export type BreakersAnswer = z.output<typeof breakersAnswer>;
