import type { PaymentIntent } from '../objects/payment-intent.js';
import { unexpectedState } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { confirm, returnToStart } from './confirm.js';

const FAILURE = {
  type: 'invalid_request_error',
  code: 'payment_intent_authentication_failure',
  message:
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
};

/** The customer answers what their bank asks. @throws Refused when nothing was asked. */
export function authenticate(account: Account, intent: PaymentIntent, outcome: 'fail' | 'succeed'): void {
  const method = account.objects.find('payment_method', intent.payment_method ?? '');
  if (intent.status !== 'requires_action' || !method)
    throw unexpectedState(
      'payment_intent_unexpected_state',
      `The payment intent is ${intent.status}: nothing is asked.`,
    );
  if (outcome === 'fail') returnToStart(account, intent, { ...FAILURE, payment_method: structuredClone(method) });
  else confirm(account, intent, { method, offSession: false, authenticated: true, origin: '' });
}
