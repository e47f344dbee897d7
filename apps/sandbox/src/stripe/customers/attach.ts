import { DECLINES } from '../cards/decline.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import { invalid, Refused } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { behaviourOf } from './payment-methods.js';

/** @throws Refused when the card's bank says no, or the card is another customer's. */
export function attach(account: Account, method: PaymentMethod, customerId: string): void {
  account.objects.require('customer', customerId, 'customer');
  const { decline, attaches } = behaviourOf(method);
  if (decline && !attaches) throw new Refused(402, { type: 'card_error', ...DECLINES[decline] });
  if (method.customer !== null && method.customer !== customerId)
    throw invalid(
      'The payment method you provided has already been attached to a customer.',
      'payment_method',
      'payment_method_already_attached',
    );
  if (method.customer === customerId) return;
  method.customer = customerId;
  account.emit('payment_method.attached', method);
}

/** @throws Refused when it was not attached. */
export function detach(account: Account, method: PaymentMethod): void {
  if (method.customer === null)
    throw invalid(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      'payment_method',
    );
  const customer = account.objects.find('customer', method.customer);
  const before = structuredClone(method);
  method.customer = null;
  account.emit('payment_method.detached', method, before);
  if (customer?.invoice_settings.default_payment_method !== method.id) return;
  account.change(customer, 'customer.updated', () => (customer.invoice_settings.default_payment_method = null));
}
