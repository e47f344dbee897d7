import { failedSetup } from '../states/setup-intent.js';
import { telling, want } from './handler.js';

/** Not the end, as with payments. */
export const setupIntentSetupFailed = telling('setup_intent', ({ objectId, after: { now }, seen, isNews }) => {
  const attempt = failedSetup(seen);
  const isOver = now.status === 'requires_payment_method' || now.status === 'canceled';
  if (attempt === undefined || !isNews || !isOver) return [];
  return [want(`failed:${attempt.key}`, 'setup.failed', { setupIntentId: objectId, code: attempt.code })];
});
