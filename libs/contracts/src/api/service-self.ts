import { z } from 'zod';

/** What a process says of itself to whoever checks the installation: settings that matter, and no secret. */
export const serviceSelf = z.object({
  service: z.string(),
  version: z.string(),
  contracts: z
    .string()
    .meta({ description: 'fingerprint of the schemas that services share: all of them ought to have the same' }),
  now: z.iso.datetime().meta({ description: 'its clock' }),
  startedAt: z.iso.datetime(),
  database: z.string().meta({ description: 'fingerprint of the address of its database' }),
  connections: z.int().meta({ description: 'to Postgres, at most' }),
  queues: z.enum(['redis', 'postgres']),
  queuePrefix: z.string(),
  masterKeys: z.array(z.string()).meta({ description: 'ids of the keys it opens with; the first seals' }),
  opens: z.array(z.string()).meta({ description: 'variables that are set and allow what production forbids' }),
  roles: z.array(z.string()),
});
export type ServiceSelf = z.output<typeof serviceSelf>;
