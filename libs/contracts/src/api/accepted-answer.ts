import { z } from 'zod';

export const acceptedAnswer = z.object({ id: z.string(), status: z.enum(['accepted', 'scheduled']) });
export type AcceptedAnswer = z.output<typeof acceptedAnswer>;
