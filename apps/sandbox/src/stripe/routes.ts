import { accountRoutes } from './api/account-routes.js';
import type { Route } from './api/route.js';
import { invoiceRoutes } from './billing/invoice-routes.js';
import { subscriptionRoutes } from './billing/subscription-routes.js';
import { couponRoutes } from './catalog/coupons.js';
import { planRoutes } from './catalog/plans.js';
import { priceRoutes } from './catalog/prices.js';
import { productRoutes } from './catalog/products.js';
import { clientSecretRoutes } from './customers/client-secrets.js';
import { customerRoutes } from './customers/customer-routes.js';
import { paymentMethodRoutes } from './customers/payment-method-routes.js';
import { setupIntentRoutes } from './customers/setup-intent-routes.js';
import type { Endpoints } from './deliver/endpoints.js';
import { eventDestinationRoutes } from './deliver/event-destination-routes.js';
import { webhookEndpointRoutes } from './deliver/webhook-endpoint-routes.js';
import { eventRoutes } from './events/event-routes.js';
import { thinEventRoutes } from './events/thin-event-routes.js';
import type { CliSessions } from './listen/cli-sessions.js';
import { balanceRoutes } from './payments/balance-routes.js';
import { chargeRoutes } from './payments/charge-routes.js';
import { disputeRoutes } from './payments/dispute-routes.js';
import { paymentIntentRoutes } from './payments/payment-intent-routes.js';
import { payoutRoutes } from './payments/payouts.js';
import { refundRoutes } from './payments/refund-routes.js';
import { searchRoutes } from './search/search-routes.js';
import { testClockRoutes } from './time/test-clock-routes.js';

/** Every route of the API. */
export function routesOf(endpoints: Endpoints, sessions: CliSessions): Route[] {
  return [
    ...accountRoutes,
    ...balanceRoutes,
    ...chargeRoutes,
    ...clientSecretRoutes,
    ...couponRoutes,
    ...customerRoutes,
    ...disputeRoutes,
    ...eventDestinationRoutes(endpoints),
    ...eventRoutes,
    ...invoiceRoutes,
    ...paymentIntentRoutes,
    ...paymentMethodRoutes,
    ...payoutRoutes,
    ...planRoutes,
    ...priceRoutes,
    ...productRoutes,
    ...refundRoutes,
    ...searchRoutes,
    ...sessions.routes,
    ...setupIntentRoutes,
    ...subscriptionRoutes,
    ...testClockRoutes,
    ...thinEventRoutes,
    ...webhookEndpointRoutes(endpoints),
  ];
}
