import { CUSTOMER_FIELDS } from '../objects/customer.js';
import type { Transaction } from '../objects/transaction.js';
import { createCustomer, customFieldsIn, detailsIn } from '../vault/customers.js';
import { consume } from '../vault/nonces.js';
import { keepMethod } from '../vault/payment-methods.js';
import type { Fields } from '../wire/fields.js';
import { writeAmount } from '../wire/money.js';
import { invalid } from '../wire/refused.js';
import type { Merchant, MerchantAccount } from '../world/merchant.js';
import { requiredAmount } from './amounts.js';
import { isDuplicate } from './duplicates.js';
import { addTransaction } from './new-transaction.js';
import { type PayingWith, payingWith } from './paying-with.js';
import { type Authorization, authorizationOf } from './verdict-of-amount.js';

const LONGEST_ORDER_ID = 255;

/** `POST /transactions`: takes the money, or is told why not. @throws Invalid */
export function sell(merchant: Merchant, sale: Fields): Transaction {
  if (sale.text('type') !== 'sale')
    throw invalid('transaction', 'type', '91523', 'Transaction type is invalid: the sandbox knows sales and refunds.');
  const account = accountOf(merchant, sale.text('merchant_account_id'));
  const amount = requiredAmount(sale, account.currency);
  const orderId = orderIdIn(sale) ?? null;
  const paying = payingWith(merchant, sale);
  const verdict = decide(merchant, amount, account, orderId, paying);
  if (paying.nonce) consume(paying.nonce);
  const options = sale.child('options');
  const isApproved = verdict.kind === 'approved';
  const token = keepsMethod(options, isApproved) ? kept(merchant, sale, paying) : (paying.method?.token ?? null);
  const customerId = token === null ? sale.text('customer_id') : merchant.methods.get(token)?.customerId;
  return addTransaction(merchant, {
    type: 'sale',
    amount,
    currency: account.currency,
    merchantAccountId: account.id,
    orderId,
    instrument: paying.instrument,
    token,
    customerId: customerId ?? null,
    ...about(sale),
    ...ending(verdict, options.flag('submit_for_settlement')),
  });
}

/** @throws Invalid */
export function orderIdIn(fields: Fields): string | undefined {
  const orderId = fields.text('order_id');
  if (orderId !== undefined && orderId.length > LONGEST_ORDER_ID)
    throw invalid('transaction', 'order_id', '91501', 'Order ID is too long.');
  return orderId;
}

function accountOf(merchant: Merchant, id: string | undefined): MerchantAccount {
  const account = id === undefined ? merchant.accounts[0] : merchant.accounts.find((one) => one.id === id);
  if (!account) throw invalid('transaction', 'merchant_account_id', '91513', 'Merchant account ID is invalid.');
  return account;
}

function decide(
  merchant: Merchant,
  amount: number,
  { currency }: MerchantAccount,
  orderId: string | null,
  { instrument, behaviour }: PayingWith,
): Authorization {
  if (behaviour.rejection) return { kind: 'rejected', reason: behaviour.rejection };
  if (isDuplicate(merchant, amount, currency, orderId, instrument)) return { kind: 'rejected', reason: 'duplicate' };
  return authorizationOf(Number(writeAmount(amount, currency)), instrument.type);
}

function ending(
  verdict: Authorization,
  submits: boolean,
): Pick<Parameters<typeof addTransaction>[1], 'rejection' | 'response' | 'statuses'> {
  switch (verdict.kind) {
    case 'approved':
      return {
        response: verdict.response,
        statuses: submits ? ['authorized', 'submitted_for_settlement'] : ['authorized'],
      };
    case 'declined':
      return { response: verdict.response, statuses: ['processor_declined'] };
    case 'failed':
      return { response: verdict.response, statuses: ['failed'] };
    case 'rejected':
      return { response: undefined, rejection: verdict.reason, statuses: ['gateway_rejected'] };
  }
}

function keepsMethod(options: Fields, isApproved: boolean): boolean {
  return options.flag('store_in_vault') || (isApproved && options.flag('store_in_vault_on_success'));
}

/** The token under which it is kept, of the customer who is named or of a new one. */
function kept(merchant: Merchant, sale: Fields, { method, nonce, instrument }: PayingWith): string | null {
  if (method) return method.token;
  if (nonce?.behaviour.oneTime) return null;
  const customerId = sale.text('customer_id') ?? createCustomer(merchant, sale.child('customer')).id;
  return keepMethod(merchant, customerId, instrument).token;
}

function about(sale: Fields) {
  const details = detailsIn(sale.child('customer'));
  return {
    customer: Object.fromEntries(CUSTOMER_FIELDS.map((field) => [field, details[field] ?? null])),
    channel: sale.text('channel') ?? null,
    customFields: customFieldsIn(sale),
    descriptor: sale.child('descriptor').allTexts(),
    lineItems: sale.children('line_items').map((item) => item.allTexts()),
  };
}
