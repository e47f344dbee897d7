export { atMostOnceAMinute } from './at-most-once-a-minute.js';
export { createLogger, type Logger } from './logger.js';
export { createMetrics, type Metrics } from './metrics.js';
export type { OpenSpan } from './traces/open-span.js';
export { beginRequest, inSpan, isTracing, linkWork, tellSpan, traceparent } from './traces/spans.js';
export { startTracing, type TracingConfig } from './traces/start-tracing.js';
export { traceIdOf } from './traces/trace-context.js';
export { THIS_PROCESS } from './this-process.js';
