import type { StripeObject } from './stripe-object.js';

/** https://docs.stripe.com/api/test_clocks/object */
export interface TestClock extends StripeObject {
  readonly object: 'test_helpers.test_clock';
  frozen_time: number;
  status: 'advancing' | 'ready';
}
