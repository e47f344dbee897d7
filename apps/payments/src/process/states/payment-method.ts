import type { PaymentMethod } from '../normalise/payment-method.js';
import { presentOf, type Seen } from '../seen.js';
import type { State } from './state.js';

export interface PaymentMethodState extends State<PaymentMethod, { readonly owner?: string }> {
  /** Whose it is or was: detached, it does not say any more, and nobody else can ever have it. */
  readonly past: { readonly owner?: string };
}

/** Cards are attached, renewed by the card's issuer and detached without anything that would put events in order. */
export function joinPaymentMethod(
  known: PaymentMethodState | undefined,
  seen: Seen<PaymentMethod>,
): PaymentMethodState | undefined {
  const now = presentOf(seen) ?? known?.now;
  if (now === undefined) return undefined;
  const owner = known?.past.owner ?? now.customer ?? seen.snapshot?.customer ?? seen.formerCustomer;
  return { now, past: owner === undefined ? {} : { owner } };
}
