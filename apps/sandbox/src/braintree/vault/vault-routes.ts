import { type Call, created, del, EMPTY, found, get, post, put, type Result, type Route } from '../api/route.js';
import { type Customer, customerXml } from '../objects/customer.js';
import { nonceXml } from '../objects/nonce.js';
import { ELEMENT_OF, type PaymentMethod, paymentMethodXml } from '../objects/payment-method.js';
import { Fields } from '../wire/fields.js';
import type { Merchant } from '../world/merchant.js';
import { clientToken } from './client-token.js';
import { createCustomer, deleteCustomer, updateCustomer } from './customers.js';
import { addNonce, findNonce } from './nonces.js';
import { createMethod, deleteMethod, updateMethod } from './payment-methods.js';

const customerOf = ({ merchant, path }: Call): Customer => merchant.customer(path('id'));
const methodOf = ({ merchant, path }: Call): PaymentMethod => merchant.method(path('token'));

export const vaultRoutes: readonly Route[] = [
  post('/client_token', ({ merchant, fields, origin }) =>
    created('clientToken', { value: clientToken(merchant, fields.child('client_token'), origin) }),
  ),

  post('/customers', ({ merchant, fields }) => {
    const given = fields.child('customer');
    const customer = createCustomer(merchant, given);
    try {
      keepNonceOf(merchant, customer, given);
    } catch (error) {
      // A customer whose card is not taken is not made.
      deleteCustomer(merchant, customer);
      throw error;
    }
    return created('customer', shownCustomer(merchant, customer));
  }),

  get('/customers/:id', (call) => found('customer', shownCustomer(call.merchant, customerOf(call)))),

  put('/customers/:id', (call) => {
    const customer = customerOf(call);
    const given = call.fields.child('customer');
    keepNonceOf(call.merchant, customer, given);
    updateCustomer(call.merchant, customer, given);
    return found('customer', shownCustomer(call.merchant, customer));
  }),

  del('/customers/:id', (call) => {
    deleteCustomer(call.merchant, customerOf(call));
    return EMPTY;
  }),

  post('/payment_methods', ({ merchant, fields }) =>
    shownMethod(createMethod(merchant, fields.child('payment_method')), 201),
  ),

  get('/payment_methods/any/:token', (call) => shownMethod(methodOf(call), 200)),

  put('/payment_methods/any/:token', (call) =>
    shownMethod(updateMethod(call.merchant, methodOf(call), call.fields.child('payment_method')), 200),
  ),

  del('/payment_methods/any/:token', (call) => {
    deleteMethod(call.merchant, methodOf(call));
    return EMPTY;
  }),

  post('/payment_methods/:token/nonces', (call) => {
    const method = methodOf(call);
    return created('paymentMethodNonce', nonceXml(addNonce(call.merchant, method.instrument, method.token)));
  }),

  get('/payment_method_nonces/:nonce', ({ merchant, path }) =>
    found('paymentMethodNonce', nonceXml(findNonce(merchant, path('nonce')))),
  ),
];

/** A nonce beside a customer's name is kept for them. @throws Invalid, Unsuccessful */
function keepNonceOf(merchant: Merchant, { id }: Customer, given: Fields): void {
  const nonce = given.text('payment_method_nonce');
  if (nonce === undefined) return;
  const options = given.child('credit_card').child('options');
  createMethod(merchant, Fields.of({ customer_id: id, payment_method_nonce: nonce, options: options.raw() }));
}

function shownCustomer(merchant: Merchant, customer: Customer) {
  return customerXml(customer, merchant.methodsOf(customer.id));
}

function shownMethod(method: PaymentMethod, status: 200 | 201): Result {
  return { kind: 'xml', status, name: ELEMENT_OF[method.instrument.type], value: paymentMethodXml(method) };
}
