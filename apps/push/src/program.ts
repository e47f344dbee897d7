import type { ServiceProgram } from '@signalbox/http';
import { type Config, readConfig } from './config.js';
import { startPush } from './service.js';

/** What a process of this service does; main.ts runs it. */
export const program: ServiceProgram<Config> = {
  readConfig,
  start: startPush,
  says: (config) => ({
    queues: config.REDIS_URL === undefined ? 'postgres' : 'redis',
    roles: [...config.PUSH_ROLES],
    lanes: [...config.PUSH_LANES],
  }),
};
