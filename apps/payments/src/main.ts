import { runService } from '@signalbox/http';
import { readConfig } from './config.js';
import { EdgeBroken } from './edge/self-test.js';
import { startPayments } from './service.js';
import { SourceWithoutSecret } from './sources/refuse-silent-sources.js';

await runService('payments', {
  readConfig,
  start: startPayments,
  refusals: [SourceWithoutSecret, EdgeBroken],
  says: (config) => ({ queues: config.REDIS_URL === undefined ? 'postgres' : 'redis' }),
});
