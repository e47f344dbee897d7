import { runService } from '@signalbox/http';
import { readConfig } from './config.js';
import { startEvents } from './service.js';

await runService('events', {
  readConfig,
  start: startEvents,
  says: (config) => ({ queues: config.REDIS_URL === undefined ? 'postgres' : 'redis' }),
});
