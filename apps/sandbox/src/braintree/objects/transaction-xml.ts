import { globalId } from '../wire/ids.js';
import { writeAmount } from '../wire/money.js';
import { day, list, type XmlRecord } from '../wire/xml.js';
import { disputeXml } from './dispute.js';
import { type Instrument, instrumentXml } from './instrument.js';
import type { Transaction } from './transaction.js';

const WEEK_MS = 604_800_000;

/** A transaction as every answer and webhook shows it. */
export function transactionXml(transaction: Transaction): XmlRecord {
  const { id, status, type, orderId, currency, createdAt, updatedAt, history, instrument, token } = transaction;
  return {
    id,
    globalId: globalId('transaction', id),
    ...{ status, type, orderId, createdAt, updatedAt },
    currencyIsoCode: currency,
    amount: writeAmount(transaction.amount, currency),
    merchantAccountId: transaction.merchantAccountId,
    subMerchantAccountId: null,
    channel: transaction.channel,
    customer: { id: transaction.customerId, ...transaction.customer },
    customFields: Object.keys(transaction.customFields).length === 0 ? '' : transaction.customFields,
    descriptor: { name: null, phone: null, url: null, ...transaction.descriptor },
    paymentInstrumentType: instrument.type,
    ...shownInstrument(instrument, token),
    ...shownAnswer(transaction),
    authorizationExpiresAt: status === 'authorized' ? new Date(createdAt.getTime() + WEEK_MS) : null,
    statusHistory: list(
      'statusEvent',
      history.map((event) => ({
        timestamp: event.at,
        status: event.status,
        amount: writeAmount(event.amount, currency),
        user: null,
        transactionSource: event.source,
      })),
    ),
    refundId: transaction.refundIds.at(-1),
    refundIds: list('item', transaction.refundIds),
    refundedTransactionId: transaction.refundedTransactionId,
    authorizedTransactionId: transaction.authorizedTransactionId,
    partialSettlementTransactionIds: list('item', transaction.partialSettlementIds),
    disputes: list(
      'dispute',
      transaction.disputes.map((dispute) => disputeXml(dispute)),
    ),
    disbursementDetails: shownDisbursal(transaction),
    authorizationAdjustments: list('authorizationAdjustment', []),
    addOns: list('addOn', []),
    discounts: list('discount', []),
    ...{ planId: null, subscriptionId: null, recurring: false, escrowStatus: null, serviceFeeAmount: null },
    ...{ purchaseOrderNumber: null, taxAmount: null, taxExempt: false, threeDSecureInfo: null },
  };
}

const INSTRUMENT_ELEMENT = {
  android_pay_card: 'androidPayCard',
  apple_pay_card: 'applePay',
  credit_card: 'creditCard',
  paypal_account: 'paypal',
} as const;

function shownInstrument(instrument: Instrument, token: string | null): XmlRecord {
  const shown = { token, ...(token !== null && { globalId: globalId('paymentmethod', token) }) };
  if (instrument.type !== 'paypal_account')
    return { [INSTRUMENT_ELEMENT[instrument.type]]: { ...shown, ...instrumentXml(instrument) } };
  const payer = { payerEmail: instrument.email, paymentId: 'PAY-SANDBOX', authorizationId: 'SANDBOXAUTH' };
  return { paypal: { ...shown, ...instrumentXml(instrument), ...payer } };
}

function shownAnswer({ response, settlementResponse, rejection, status, id }: Transaction): XmlRecord {
  return {
    gatewayRejectionReason: rejection,
    processorAuthorizationCode: response?.type === 'approved' ? id.slice(0, 6).toUpperCase() : null,
    processorResponseCode: response?.code ?? '',
    processorResponseText: response?.text ?? '',
    processorResponseType: response?.type ?? '',
    additionalProcessorResponse:
      status === 'processor_declined' && response ? `${response.code} : ${response.text}` : null,
    processorSettlementResponseCode: settlementResponse?.code ?? '',
    processorSettlementResponseText: settlementResponse?.text ?? '',
    cvvResponseCode: 'I',
    avsPostalCodeResponseCode: 'I',
    avsStreetAddressResponseCode: 'I',
    avsErrorResponseCode: null,
    networkTransactionId: response ? id.padStart(15, '0') : null,
    networkResponseCode: null,
    networkResponseText: null,
    settlementBatchId: null,
  };
}

function shownDisbursal({ disbursal, amount, currency, type }: Transaction): XmlRecord {
  return {
    disbursementDate: disbursal && day(disbursal.at),
    settlementAmount: disbursal && writeAmount(type === 'credit' ? -amount : amount, currency),
    settlementCurrencyIsoCode: disbursal && currency,
    settlementCurrencyExchangeRate: disbursal && '1',
    settlementBaseCurrencyExchangeRate: disbursal && '1',
    fundsHeld: disbursal && false,
    success: disbursal && true,
  };
}
