import { z } from 'zod';

const pace = z.int().min(50).max(600_000).optional();

/** The fields of a behaviour that disturb connections; milliseconds. */
export const churnFields = { goawayEveryMs: pace, cutEveryMs: pace };
