import type { ServiceProgram } from '@signalbox/http';
import { type PaymentsConfig, readConfig } from './config.js';
import { EdgeBroken } from './edge/self-test.js';
import { startPayments } from './service.js';
import { SourceWithoutSecret } from './sources/refuse-silent-sources.js';

/** What a process of this service does; main.ts runs it. */
export const program: ServiceProgram<PaymentsConfig> = {
  readConfig,
  start: startPayments,
  refusals: [SourceWithoutSecret, EdgeBroken],
  says: (config) => ({ queues: config.REDIS_URL === undefined ? 'postgres' : 'redis' }),
};
