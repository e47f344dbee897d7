import { z } from 'zod';

export const holdParams = z.strictObject({ credentialId: z.string().meta({ description: '`crd_...`' }) });
export const holdQuery = z.strictObject({
  appId: z.string().optional().meta({ description: 'operators: only holds of this app; absent: of all apps' }),
});

const holdView = z.object({
  credentialId: z.string(),
  appId: z.string(),
  provider: z.string(),
  scope: z.string().meta({ description: '`credential`, or `project`: every credential of the same project' }),
  reason: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  state: z
    .enum(['held', 'probing'])
    .meta({ description: '`probing`: its time is over, and one message tries whether the provider takes it now' }),
  times: z.int().meta({ description: 'how often in a row; each time it lasts longer' }),
  waiting: z.int().meta({ description: 'deliveries that wait for it' }),
});
export type HoldView = z.output<typeof holdView>;
export const holdsAnswer = z.object({ holds: z.array(holdView) });
export type HoldsAnswer = z.output<typeof holdsAnswer>;
