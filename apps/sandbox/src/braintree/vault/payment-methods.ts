import type { Instrument } from '../objects/instrument.js';
import { type PaymentMethod, paymentMethodXml, ELEMENT_OF } from '../objects/payment-method.js';
import { declined, UNAVAILABLE } from '../objects/processor-response.js';
import type { Nonce } from '../objects/nonce.js';
import type { Fields } from '../wire/fields.js';
import { newId } from '../wire/ids.js';
import { invalid, Unsuccessful } from '../wire/refused.js';
import type { Merchant } from '../world/merchant.js';
import { consume, requireNonce } from './nonces.js';

/** Keeps it for a customer; their first is their default. */
export function keepMethod(
  merchant: Merchant,
  customerId: string,
  instrument: Instrument,
  { token = newId(8), makeDefault = false }: { token?: string | undefined; makeDefault?: boolean } = {},
): PaymentMethod {
  const at = merchant.now();
  const isFirst = merchant.methodsOf(customerId).length === 0;
  const method = { token, customerId, instrument, default: isFirst, createdAt: at, updatedAt: at, revokedAt: null };
  merchant.methods.set(token, method);
  if (makeDefault) setDefault(merchant, method);
  return method;
}

/** @throws Invalid, Unsuccessful */
export function createMethod(merchant: Merchant, fields: Fields): PaymentMethod {
  const [customerId, text, token] = [
    fields.text('customer_id'),
    fields.text('payment_method_nonce'),
    fields.text('token'),
  ];
  if (customerId === undefined) throw wrong('customer_id', '93104', 'Customer ID is required.');
  if (!merchant.customers.has(customerId)) throw wrong('customer_id', '93105', 'Customer ID is invalid.');
  if (text === undefined) throw wrong('payment_method_nonce', '93103', 'Nonce is required.');
  if (token !== undefined && merchant.methods.has(token))
    throw wrong('token', '91719', 'Token has already been taken.');
  const nonce = requireNonce(merchant, text, NONCE_ERRORS);
  const options = fields.child('options');
  checkNonce(merchant, nonce, options, customerId);
  consume(nonce);
  return keepMethod(merchant, customerId, nonce.instrument, { token, makeDefault: options.flag('make_default') });
}

/** @throws Invalid, Unsuccessful */
export function updateMethod(merchant: Merchant, method: PaymentMethod, fields: Fields): PaymentMethod {
  const text = fields.text('payment_method_nonce');
  const options = fields.child('options');
  const nonce = text === undefined ? undefined : requireNonce(merchant, text, NONCE_ERRORS);
  if (nonce) {
    checkNonce(merchant, nonce, options, method.customerId);
    consume(nonce);
  }
  const cardholderName = fields.text('cardholder_name') ?? method.instrument.cardholderName;
  const instrument = { ...(nonce?.instrument ?? method.instrument), cardholderName };
  const updated = { ...method, instrument, updatedAt: merchant.now() };
  merchant.methods.set(updated.token, updated);
  if (options.flag('make_default')) setDefault(merchant, updated);
  return updated;
}

/** The next one takes its place when it was the default. */
export function deleteMethod(merchant: Merchant, method: PaymentMethod): void {
  merchant.methods.delete(method.token);
  const next = merchant.methodsOf(method.customerId).at(-1);
  if (method.default && next) next.default = true;
}

/** The customer takes their PayPal account back. */
export function revoke(merchant: Merchant, method: PaymentMethod): void {
  deleteMethod(merchant, method);
  method.revokedAt = merchant.now();
  const subject = { [ELEMENT_OF[method.instrument.type]]: paymentMethodXml(method) };
  merchant.emit('payment_method_revoked_by_customer', method.token, subject);
}

const NONCE_ERRORS = {
  subject: 'payment_method',
  attribute: 'payment_method_nonce',
  consumed: '93107',
  unknown: '93108',
} as const;

function checkNonce(merchant: Merchant, { behaviour, instrument }: Nonce, options: Fields, customerId: string): void {
  if (behaviour.invalidNumber) throw invalid('credit_card', 'number', '81715', 'Credit card number is invalid.');
  if (behaviour.oneTime)
    throw invalid('paypal_account', 'base', '82902', 'PayPal Accounts used for one-time payments cannot be vaulted.');
  if (options.flag('verify_card')) verify(merchant, behaviour);
  const isKept = merchant
    .methodsOf(customerId)
    .some((kept) => kept.instrument.uniqueNumberIdentifier === instrument.uniqueNumberIdentifier);
  if (isKept && options.flag('fail_on_duplicate_payment_method_for_customer'))
    throw invalid('credit_card', 'number', '81763', 'Duplicate card exists in the vault for the customer.');
}

/** @throws Unsuccessful */
function verify(merchant: Merchant, { verification: code, rejection }: Nonce['behaviour']): void {
  if (code === undefined && rejection === undefined) return;
  const response = code === undefined || code === UNAVAILABLE.code ? UNAVAILABLE : declined(code);
  const status = rejection ? 'gateway_rejected' : code === UNAVAILABLE.code ? 'failed' : 'processor_declined';
  throw new Unsuccessful(rejection ? `Gateway Rejected: ${rejection}` : response.text, {
    verification: {
      id: newId(8),
      status,
      response,
      gatewayRejectionReason: rejection ?? null,
      createdAt: merchant.now(),
      merchantAccountId: merchant.accounts[0].id,
    },
  });
}

function setDefault(merchant: Merchant, method: PaymentMethod): void {
  for (const kept of merchant.methodsOf(method.customerId)) kept.default = false;
  method.default = true;
}

function wrong(attribute: string, code: string, message: string) {
  return invalid('payment_method', attribute, code, message);
}
