import { failedAttempt } from '../states/payment-intent.js';
import { telling, want } from './handler.js';

/**
 * An attempt failed; the payment may still succeed. Each attempt is told of once, and only while its failure is the latest news:
 * nobody wants to hear of it after the payment succeeded, or while the next attempt is under way.
 */
export const paymentIntentPaymentFailed = telling('payment_intent', ({ after: { now }, seen, isNews }) => {
  const attempt = failedAttempt(seen);
  const isOver = now.status === 'requires_payment_method' || now.status === 'canceled';
  if (attempt === undefined || !isNews || !isOver) return [];
  const { amount, currency, invoice: invoiceId } = now;
  const { code, declineCode } = attempt;
  return [want(`failed:${attempt.key}`, 'payment.failed', { amount, currency, code, declineCode, invoiceId })];
});
