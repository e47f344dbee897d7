import type { ServiceProgram } from '@signalbox/http';
import { type EventsConfig, readConfig } from './config.js';
import { startEvents } from './service.js';

/** What a process of this service does; main.ts runs it. */
export const program: ServiceProgram<EventsConfig> = {
  readConfig,
  start: startEvents,
  says: (config) => ({ queues: config.REDIS_URL === undefined ? 'postgres' : 'redis' }),
};
