import type { StripeObject } from '../objects/stripe-object.js';

/** From here on an invoice and its payment are joined by an invoice_payment, and periods are those of items. */
const BASIL = '2025-03-31';

/** The payment intent of an invoice, which newer invoices do not name. */
type IntentOf = (invoiceId: string) => string | null;

type Fields = Record<string, unknown>;

/**
 * The same in the shape of an older API version. Versions start with their date, so they compare as text. Played are the
 * differences that readers of payments, subscriptions and invoices trip over, not all of Stripe's changes.
 */
export function versioned<Shown extends object>(shown: Shown, version: string, intentOf: IntentOf): Shown {
  return version >= BASIL ? shown : (walk(shown, intentOf) as Shown);
}

function walk(value: unknown, intentOf: IntentOf): unknown {
  if (Array.isArray(value)) return value.map((element) => walk(element, intentOf));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.fromEntries(Object.entries(value).map(([name, field]) => [name, walk(field, intentOf)]));
  if (fields['object'] === 'invoice') return invoiceBeforeBasil(fields, intentOf);
  if (fields['object'] === 'subscription') return subscriptionBeforeBasil(fields);
  return fields;
}

function invoiceBeforeBasil({ parent, ...invoice }: Fields, intentOf: IntentOf): Fields {
  const details = (parent as { subscription_details?: { subscription?: string } } | null | undefined)
    ?.subscription_details;
  return {
    ...invoice,
    paid: invoice['status'] === 'paid',
    payment_intent: intentOf(String(invoice['id'])),
    subscription: details?.subscription ?? null,
    subscription_details: details ?? null,
  };
}

function subscriptionBeforeBasil(subscription: Fields): Fields {
  const [item] = (subscription['items'] as { data?: StripeObject[] } | undefined)?.data ?? [];
  return {
    ...subscription,
    current_period_start: item?.['current_period_start'] ?? null,
    current_period_end: item?.['current_period_end'] ?? null,
  };
}
