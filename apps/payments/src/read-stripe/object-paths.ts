/**
 * Where the API has objects, by Stripe's names of their kinds. A kind that is not here has no state of its own that could be
 * asked for.
 */
const OBJECT_PATHS: Readonly<Record<string, string>> = {
  charge: '/v1/charges',
  customer: '/v1/customers',
  dispute: '/v1/disputes',
  invoice: '/v1/invoices',
  invoice_payment: '/v1/invoice_payments',
  payment_intent: '/v1/payment_intents',
  payment_method: '/v1/payment_methods',
  payout: '/v1/payouts',
  'radar.early_fraud_warning': '/v1/radar/early_fraud_warnings',
  refund: '/v1/refunds',
  setup_intent: '/v1/setup_intents',
  subscription: '/v1/subscriptions',
};

/** Somebody asks for a kind of object that we know no path of: a fault of ours. */
class UnknownObjectType extends Error {
  override readonly name = 'UnknownObjectType';

  constructor(objectType: string) {
    super(`no path of Stripe's API is known for ${objectType}`);
  }
}

/** @throws UnknownObjectType */
export function pathOf(objectType: string): string {
  const path = Object.hasOwn(OBJECT_PATHS, objectType) ? OBJECT_PATHS[objectType] : undefined;
  if (path === undefined) throw new UnknownObjectType(objectType);
  return path;
}
