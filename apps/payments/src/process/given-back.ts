import type { Uuid } from '@signalbox/contracts';
import type { ChargeState } from './states/charge.js';
import { isGivenBack, type RefundState } from './states/refund.js';

/** A charge or a refund of a payment, as stripe_object keeps it. */
export type ChargeOrRefund =
  | { readonly key: Uuid; readonly objectType: 'charge'; readonly state: Partial<ChargeState> }
  | { readonly key: Uuid; readonly objectType: 'refund'; readonly state: Partial<RefundState> };

/**
 * What a payment gave back in all. Its refunds say it to the cent, if we hear of them all; its charges count all of them, and
 * go on counting those that failed later. So it is the greater of the two, the failed ones taken off.
 */
export function givenBackBy(parts: readonly ChargeOrRefund[]): number {
  let refunds = 0;
  let failed = 0;
  let charges = 0;
  for (const part of parts) {
    if (part.objectType === 'charge') charges += part.state.now?.givenBack ?? 0;
    else if (part.state.now !== undefined && isGivenBack(part.state.now)) refunds += part.state.now.amount;
    else failed += part.state.now?.amount ?? 0;
  }
  return Math.max(refunds, charges - failed, 0);
}
