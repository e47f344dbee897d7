/** The card of a payment method, as far as it is shown. */
export interface Card {
  brand: string;
  country: string;
  exp_month: number;
  exp_year: number;
  fingerprint: string;
  funding: string;
  last4: string;
  [field: string]: unknown;
}
