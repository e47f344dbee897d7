import type Stripe from 'stripe';
import type { CustomerState, SavedMethod } from '../account-gateway.js';

/** A customer as Stripe shows it. */
export function stateOfCustomer(customer: Stripe.Customer): CustomerState {
  return {
    ref: customer.id,
    email: customer.email ?? undefined,
    name: customer.name ?? undefined,
    phone: customer.phone ?? undefined,
    defaultMethod: defaultMethodOf(customer),
    createdAt: new Date(customer.created * 1_000),
  };
}

export function defaultMethodOf({ invoice_settings: { default_payment_method: chosen } }: Stripe.Customer) {
  return typeof chosen === 'string' ? chosen : chosen?.id;
}

/** Of a card, and of what is as good as one; other kinds tell at most the last four digits. */
export function stateOfMethod(method: Stripe.PaymentMethod, chosen: string | undefined): SavedMethod {
  const { id: ref, type: kind, card } = method;
  const account = method.sepa_debit ?? method.us_bank_account ?? method.bacs_debit ?? method.au_becs_debit;
  return {
    ref,
    kind,
    isDefault: ref === chosen,
    brand: card?.brand,
    last4: card?.last4 ?? account?.last4 ?? undefined,
    ...(card !== undefined && { expiry: { month: card.exp_month, year: card.exp_year } }),
  };
}
