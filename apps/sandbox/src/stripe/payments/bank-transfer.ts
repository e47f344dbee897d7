import type { CashBalanceTransaction } from '../objects/customer.js';
import type { PaymentIntent } from '../objects/payment-intent.js';
import { newId } from '../wire/ids.js';
import type { Account } from '../world/account.js';
import { newCharge } from './new-charge.js';
import { collect } from './settle-charge.js';

/** The customer is shown where to send the money. */
export function startBankTransfer(account: Account, intent: PaymentIntent): undefined {
  intent.status = 'requires_action';
  intent.next_action = instructions(intent, intent.amount);
  account.emit('payment_intent.requires_action', intent);
  return undefined;
}

/** Money arrives in a customer's cash balance, and goes to the oldest payments that wait for it. */
export function fundCashBalance(
  account: Account,
  customer: string,
  amount: number,
  currency: string,
): CashBalanceTransaction {
  const transaction: CashBalanceTransaction = {
    id: newId('ccsbtxn'),
    object: 'customer_cash_balance_transaction',
    created: account.now(),
    currency,
    customer,
    ending_balance: amount,
    funded: { bank_transfer: { type: `${currency}_bank_transfer` } },
    livemode: false,
    net_amount: amount,
    type: 'funded',
  };
  account.add(transaction, 'customer_cash_balance_transaction.created');
  account.emit('cash_balance.funds_available', {
    object: 'cash_balance',
    available: { [currency]: amount },
    customer,
    customer_account: null,
    livemode: false,
    settings: { reconciliation_mode: 'automatic', using_merchant_default: true },
  });
  let left = amount;
  for (const intent of account.objects.newestFirst('payment_intent').reverse()) {
    if (intent.customer !== customer || intent.currency !== currency || !waits(intent) || left === 0) continue;
    left -= apply(account, intent, left);
  }
  return transaction;
}

function waits({ status, next_action: action }: PaymentIntent): boolean {
  return status === 'requires_action' && action?.type === 'display_bank_transfer_instructions';
}

function apply(account: Account, intent: PaymentIntent, money: number): number {
  const missing = remaining(intent);
  const paid = Math.min(money, missing);
  if (paid < missing) {
    intent.next_action = instructions(intent, missing - paid);
    account.emit('payment_intent.partially_funded', intent);
    return paid;
  }
  intent.next_action = null;
  intent.status = 'succeeded';
  intent.amount_received = intent.amount;
  const method = account.objects.require('payment_method', intent.payment_method ?? '');
  const charge = newCharge(account, intent, method, { status: 'succeeded', captured: true });
  intent.latest_charge = charge.id;
  collect(account, charge);
  account.emit('charge.succeeded', charge);
  account.emit('payment_intent.succeeded', intent);
  return paid;
}

function remaining({ next_action: action, amount }: PaymentIntent): number {
  const details = action?.['display_bank_transfer_instructions'] as { amount_remaining?: number } | undefined;
  return details?.amount_remaining ?? amount;
}

function instructions({ currency, id }: PaymentIntent, amountRemaining: number) {
  return {
    type: 'display_bank_transfer_instructions',
    display_bank_transfer_instructions: {
      amount_remaining: amountRemaining,
      currency,
      hosted_instructions_url: `https://payments.stripe.com/bank_transfers/instructions/sandbox/${id}`,
      reference: id.slice(-10).toUpperCase(),
      type: `${currency}_bank_transfer`,
    },
  };
}
