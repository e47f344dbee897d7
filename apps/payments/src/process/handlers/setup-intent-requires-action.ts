import { telling, want } from './handler.js';

export const setupIntentRequiresAction = telling('setup_intent', ({ objectId, after: { now, past }, isNews }) => {
  if (!isNews || now.status !== 'requires_action') return [];
  const { paymentMethod, nextAction } = now;
  return [
    want(`action_required:${paymentMethod ?? ''}:${past.attempts.length}`, 'setup.action_required', {
      setupIntentId: objectId,
      nextAction,
    }),
  ];
});
