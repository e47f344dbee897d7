export { atMostOnceAMinute } from './at-most-once-a-minute.js';
export { createLogger, type Logger } from './logger.js';
export { createMetrics, type Metrics } from './metrics.js';
