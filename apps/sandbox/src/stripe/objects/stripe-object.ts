/** What every object of Stripe's has. Fields that nothing here looks at are kept and shown, and not named in the types. */
export interface StripeObject {
  readonly id: string;
  readonly object: string;
  /** Seconds since 1970. */
  readonly created?: number;
  [field: string]: unknown;
}

/** What an event can show: nearly always a `StripeObject`, but an upcoming invoice has no id yet. */
export interface Shown {
  readonly id?: string;
  readonly object: string;
  [field: string]: unknown;
}

export interface ListPage<Item extends StripeObject = StripeObject> {
  readonly object: 'list';
  readonly data: readonly Item[];
  readonly has_more: boolean;
  readonly url: string;
}

/** A list that is part of an object, as the lines of an invoice are. */
export function wholeList<Item extends StripeObject>(url: string, data: readonly Item[]): ListPage<Item> {
  return { object: 'list', data, has_more: false, url };
}

export const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
