import { runService } from '@signalbox/http';
import { readConfig } from './config.js';
import { startPush } from './service.js';

await runService('push', {
  readConfig,
  start: startPush,
  says: (config) => ({
    queues: config.REDIS_URL === undefined ? 'postgres' : 'redis',
    roles: [...config.PUSH_ROLES],
    lanes: [...config.PUSH_LANES],
  }),
});
