export { BatcherFull, MicroBatcher, type MicroBatcherOptions } from './micro-batcher.js';
export { Semaphore } from './semaphore.js';
export { fullJitter } from './full-jitter.js';
