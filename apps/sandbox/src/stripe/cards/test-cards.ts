import type { DeclineName } from './decline.js';

export type DisputeKind = 'fraudulent' | 'inquiry' | 'product_not_received';

/** How a card behaves. What is absent is ordinary: it is charged, and nothing follows. */
export interface CardBehaviour {
  /** Charges fail with this. */
  readonly decline?: DeclineName;
  /** It can be attached to a customer all the same. */
  readonly attaches?: true;
  /** `always`; or `setup`: until it was authenticated once for later use; or `off_session` has been done already. */
  readonly authentication?: 'always' | 'offSessionReady' | 'setup';
  readonly dispute?: DisputeKind;
  readonly earlyFraudWarning?: true;
  readonly refund?: 'fails' | 'pending';
  /** The money is available at once. */
  readonly available?: true;
}

export interface TestCard extends CardBehaviour {
  readonly number: string;
  readonly brand: string;
  readonly funding?: 'debit' | 'prepaid';
  readonly country?: string;
}

/**
 * Stripe's test cards by the names they have as `pm_card_...` and `tok_...`: https://docs.stripe.com/testing
 * `pm_card_visa_chargeDeclined` and `pm_card_chargeDeclined` are the same.
 */
export const TEST_CARDS: ReadonlyMap<string, TestCard> = new Map<string, TestCard>([
  ['visa', { number: '4242424242424242', brand: 'visa' }],
  ['visa_debit', { number: '4000056655665556', brand: 'visa', funding: 'debit' }],
  ['mastercard', { number: '5555555555554444', brand: 'mastercard' }],
  ['mastercard_debit', { number: '5200828282828210', brand: 'mastercard', funding: 'debit' }],
  ['mastercard_prepaid', { number: '5105105105105100', brand: 'mastercard', funding: 'prepaid' }],
  ['amex', { number: '378282246310005', brand: 'amex' }],
  ['discover', { number: '6011111111111117', brand: 'discover' }],
  ['diners', { number: '3056930009020004', brand: 'diners' }],
  ['jcb', { number: '3566002020360505', brand: 'jcb' }],
  ['unionpay', { number: '6200000000000005', brand: 'unionpay' }],
  ['us', { number: '4242424242424242', brand: 'visa' }],
  ['de', { number: '4000002760000016', brand: 'visa', country: 'DE' }],
  ['fr', { number: '4000002500000003', brand: 'visa', country: 'FR' }],
  ['gb', { number: '4000008260000000', brand: 'visa', country: 'GB' }],
  ['bypassPending', { number: '4000000000000077', brand: 'visa', available: true }],
  ['bypassPendingInternational', { number: '4000003720000278', brand: 'visa', country: 'IE', available: true }],
  ['chargeDeclined', { number: '4000000000000002', brand: 'visa', decline: 'generic_decline' }],
  ['chargeDeclinedInsufficientFunds', { number: '4000000000009995', brand: 'visa', decline: 'insufficient_funds' }],
  ['chargeDeclinedLostCard', { number: '4000000000009987', brand: 'visa', decline: 'lost_card' }],
  ['chargeDeclinedStolenCard', { number: '4000000000009979', brand: 'visa', decline: 'stolen_card' }],
  ['chargeDeclinedExpiredCard', { number: '4000000000000069', brand: 'visa', decline: 'expired_card' }],
  ['chargeDeclinedIncorrectCvc', { number: '4000000000000127', brand: 'visa', decline: 'incorrect_cvc' }],
  ['chargeDeclinedProcessingError', { number: '4000000000000119', brand: 'visa', decline: 'processing_error' }],
  [
    'chargeDeclinedVelocityLimitExceeded',
    { number: '4000000000006975', brand: 'visa', decline: 'card_velocity_exceeded' },
  ],
  ['chargeDeclinedFraudulent', { number: '4100000000000019', brand: 'visa', decline: 'fraudulent' }],
  ['radarBlock', { number: '4100000000000019', brand: 'visa', decline: 'fraudulent' }],
  ['cvcCheckFail', { number: '4000000000000101', brand: 'visa', decline: 'incorrect_cvc' }],
  ['chargeCustomerFail', { number: '4000000000000341', brand: 'visa', decline: 'generic_decline', attaches: true }],
  ['authenticationRequired', { number: '4000002760003184', brand: 'visa', authentication: 'always' }],
  ['authenticationRequiredOnSetup', { number: '4000002500003155', brand: 'visa', authentication: 'setup' }],
  [
    'authenticationRequiredSetupForOffSession',
    { number: '4000003800000446', brand: 'visa', authentication: 'offSessionReady' },
  ],
  [
    'authenticationRequiredChargeDeclinedInsufficientFunds',
    {
      number: '4000008260003178',
      brand: 'visa',
      authentication: 'always',
      decline: 'insufficient_funds',
      attaches: true,
    },
  ],
  ['threeDSecure2Required', { number: '4000000000003220', brand: 'visa', authentication: 'always' }],
  ['threeDSecureRequired', { number: '4000000000003063', brand: 'visa', authentication: 'always' }],
  [
    'threeDSecureRequiredChargeDeclined',
    { number: '4000008400001629', brand: 'visa', authentication: 'always', decline: 'generic_decline', attaches: true },
  ],
  [
    'threeDSecureRequiredProcessingError',
    {
      number: '4000008400001280',
      brand: 'visa',
      authentication: 'always',
      decline: 'processing_error',
      attaches: true,
    },
  ],
  ['threeDSecureOptional', { number: '4000000000003055', brand: 'visa' }],
  ['createDispute', { number: '4000000000000259', brand: 'visa', dispute: 'fraudulent' }],
  ['createDisputeProductNotReceived', { number: '4000000000002685', brand: 'visa', dispute: 'product_not_received' }],
  ['createDisputeInquiry', { number: '4000000000001976', brand: 'visa', dispute: 'inquiry' }],
  ['createIssuerFraudRecord', { number: '4000000000005423', brand: 'visa', earlyFraudWarning: true }],
  ['pendingRefund', { number: '4000000000007726', brand: 'visa', refund: 'pending' }],
  ['refundFail', { number: '4000000000005126', brand: 'visa', refund: 'fails' }],
]);

const BY_NUMBER = new Map([...TEST_CARDS.values()].map((card) => [card.number, card]));

/** `id` is a name of Stripe's, as in `pm_card_visa` or `tok_visa`. */
export function cardNamed(id: string): TestCard | undefined {
  const name = id.replace(/^(pm_card|tok)_/, '');
  return TEST_CARDS.get(name) ?? TEST_CARDS.get(name.replace(/^(visa|us)_/, ''));
}

/** Every other number is unknown to Stripe's test mode. */
export function cardNumbered(number: string): TestCard | undefined {
  return BY_NUMBER.get(number.replaceAll(/[ -]/g, ''));
}
