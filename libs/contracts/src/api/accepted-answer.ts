import { z } from 'zod';

export const acceptedAnswer = z.object({ id: z.string(), status: z.literal('accepted') });
export type AcceptedAnswer = z.output<typeof acceptedAnswer>;
