import { telling, want } from './handler.js';

/** Once for each attempt. An attempt has no name before it is charged, so the method and the failures before it name it. */
export const paymentIntentRequiresAction = telling('payment_intent', ({ after: { now, past }, isNews }) => {
  if (!isNews || now.status !== 'requires_action') return [];
  const { amount, currency, paymentMethod, nextAction, deepLink, invoice: invoiceId } = now;
  return [
    want(`action_required:${paymentMethod ?? ''}:${past.attempts.length}`, 'payment.action_required', {
      amount,
      currency,
      nextAction,
      deepLink,
      invoiceId,
    }),
  ];
});
