export * from './ids.js';
export * from './events.js';
export * from './lanes.js';
export * from './queues.js';
export * from './scopes.js';
