import { telling, want } from './handler.js';

export const setupIntentSucceeded = telling('setup_intent', ({ objectId, after: { now } }) => {
  if (now.status !== 'succeeded') return [];
  return [want('succeeded', 'setup.succeeded', { setupIntentId: objectId, paymentMethod: now.paymentMethod })];
});
