import type { Transaction } from '../objects/transaction.js';
import { transactionXml } from '../objects/transaction-xml.js';
import { newId } from '../wire/ids.js';
import { writeAmount } from '../wire/money.js';
import { day, list } from '../wire/xml.js';
import type { Merchant, MerchantAccount } from '../world/merchant.js';

/** What came to the merchant's bank in one go. */
export interface Disbursement {
  readonly id: string;
  readonly merchantAccountId: string;
  readonly amount: string;
  readonly transactionIds: readonly string[];
}

/** Pays out what is settled, refunds against it, for each merchant account. Braintree bills its fees by the month. */
export function disburse(merchant: Merchant): Disbursement[] {
  return merchant.accounts.flatMap((account) => {
    const due = [...merchant.transactions.values()].filter(
      ({ status, disbursal, merchantAccountId }) =>
        status === 'settled' && disbursal === undefined && merchantAccountId === account.id,
    );
    return due.length === 0 ? [] : [payOut(merchant, account, due)];
  });
}

function payOut(
  merchant: Merchant,
  { id: accountId, currency }: MerchantAccount,
  due: readonly Transaction[],
): Disbursement {
  const [id, at] = [newId(16), merchant.now()];
  const net = due.reduce((sum, { amount, type }) => sum + (type === 'credit' ? -amount : amount), 0);
  for (const transaction of due) {
    transaction.disbursal = { id, at };
    merchant.emit('transaction_disbursed', transaction.id, { transaction: transactionXml(transaction) });
  }
  const amount = writeAmount(net, currency);
  const transactionIds = due.map((transaction) => transaction.id);
  merchant.emit('disbursement', id, {
    disbursement: {
      id,
      transactionIds: list('item', transactionIds),
      success: true,
      retry: false,
      merchantAccount: { id: accountId, currencyIsoCode: currency, subMerchantAccount: false, status: 'active' },
      amount,
      disbursementDate: day(at),
      disbursementType: net < 0 ? 'debit' : 'credit',
      exceptionMessage: null,
      followUpAction: null,
    },
  });
  return { id, merchantAccountId: accountId, amount, transactionIds };
}
