/** What the bank said. */
export interface ProcessorResponse {
  readonly code: string;
  readonly text: string;
  readonly type: 'approved' | 'hard_declined' | 'soft_declined';
}

export const APPROVED: ProcessorResponse = { code: '1000', text: 'Approved', type: 'approved' };
/** Refunds of cards need no authorization. */
export const PROCESSED: ProcessorResponse = { code: '1002', text: 'Processed', type: 'approved' };
export const UNAVAILABLE: ProcessorResponse = {
  code: '3000',
  text: 'Processor Network Unavailable - Try Again',
  type: 'soft_declined',
};

/** https://developer.paypal.com/braintree/docs/reference/general/processor-responses/authorization-responses */
const SOFT: Readonly<Record<string, string>> = {
  2000: 'Do Not Honor',
  2001: 'Insufficient Funds',
  2002: 'Limit Exceeded',
  2003: "Cardholder's Activity Limit Exceeded",
  2021: 'Security Violation',
  2038: 'Processor Declined',
  2046: 'Declined',
  2057: 'Issuer or Cardholder has put a restriction on the card',
  2099: 'Cardholder Authentication Required',
};
const HARD: Readonly<Record<string, string>> = {
  2004: 'Expired Card',
  2005: 'Invalid Credit Card Number',
  2006: 'Invalid Expiration Date',
  2007: 'No Account',
  2010: 'Card Issuer Declined CVV',
  2012: 'Processor Declined - Possible Lost Card',
  2013: 'Processor Declined - Possible Stolen Card',
  2014: 'Processor Declined - Fraud Suspected',
  2015: 'Transaction Not Allowed',
  2019: 'Invalid Transaction',
  2047: 'Call Issuer. Pick Up Card.',
};

/** Codes that are not in the list are declined softly, in words that say nothing. */
export function declined(code: string): ProcessorResponse {
  const hard = HARD[code];
  if (hard !== undefined) return { code, text: hard, type: 'hard_declined' };
  return { code, text: SOFT[code] ?? 'Processor Declined', type: 'soft_declined' };
}
