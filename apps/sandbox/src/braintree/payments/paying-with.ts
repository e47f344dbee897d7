import type { Instrument } from '../objects/instrument.js';
import type { Nonce, NonceBehaviour } from '../objects/nonce.js';
import type { PaymentMethod } from '../objects/payment-method.js';
import type { Fields } from '../wire/fields.js';
import { invalid } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';
import { requireNonce } from '../vault/nonces.js';

/** What a sale is paid with. */
export interface PayingWith {
  readonly instrument: Instrument;
  readonly behaviour: NonceBehaviour;
  /** Absent when a kept method was named. */
  readonly nonce: Nonce | undefined;
  /** Absent when it is not kept. */
  readonly method: PaymentMethod | undefined;
}

/** A nonce, a token, or the default method of a customer. @throws Invalid */
export function payingWith(merchant: Merchant, sale: Fields): PayingWith {
  const [nonceText, token, customerId] = [
    sale.text('payment_method_nonce'),
    sale.text('payment_method_token'),
    sale.text('customer_id'),
  ];
  // The sandbox, too, is no place for card numbers.
  if (sale.child('credit_card').has('number'))
    throw invalid('transaction', 'number', '81750', 'Credit card number is prohibited.');
  if (customerId !== undefined && !merchant.customers.has(customerId))
    throw wrong('customer_id', '91510', 'Customer ID is invalid.');
  if (nonceText !== undefined && token !== undefined)
    throw wrong('base', '91515', 'Cannot provide more than one of: payment_method_nonce, payment_method_token.');
  if (nonceText !== undefined) {
    const nonce = requireNonce(merchant, nonceText, {
      subject: 'transaction',
      attribute: 'payment_method_nonce',
      consumed: '91564',
      unknown: '91565',
    });
    if (nonce.behaviour.invalidNumber)
      throw invalid('transaction', 'number', '81715', 'Credit card number is invalid.');
    const method = nonce.token === undefined ? undefined : merchant.methods.get(nonce.token);
    return { instrument: nonce.instrument, behaviour: nonce.behaviour, nonce, method };
  }
  const method = token === undefined ? defaultMethod(merchant, customerId) : merchant.methods.get(token);
  if (!method) throw wrong('payment_method_token', '91518', 'Payment method token is invalid.');
  if (customerId !== undefined && method.customerId !== customerId)
    throw wrong('payment_method_token', '91516', 'Cannot find payment method for this customer.');
  return { instrument: method.instrument, behaviour: {}, nonce: undefined, method };
}

function defaultMethod(merchant: Merchant, customerId: string | undefined): PaymentMethod {
  if (customerId === undefined) throw wrong('base', '91508', 'Cannot determine payment method.');
  const method = merchant.methodsOf(customerId).find((kept) => kept.default);
  if (!method) throw wrong('customer_id', '91511', 'Customer does not have any credit cards.');
  return method;
}

function wrong(attribute: string, code: string, message: string) {
  return invalid('transaction', attribute, code, message);
}
