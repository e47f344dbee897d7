import { z } from 'zod';

/** A TCP port, 1 to 65535. */
export const portNumber = z.coerce.number().int().min(1).max(65_535);

/** pino's levels. */
export const logLevel = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info');

/** A URL that may be absent. */
export const optionalUrl = z.url().optional();
