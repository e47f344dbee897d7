import type { PaymentSettings, PaymentSheetRequest, SubscriptionSheet } from '@signalbox/contracts';
import type { SubscriptionSheetParts } from '../gateway/subscription-gateway.js';
import { stripeConfiguration } from './stripe-configuration.js';

/** The sheet of a subscription, in the words of Stripe's SDKs. @throws Problem */
export function presentSubscription(
  parts: SubscriptionSheetParts,
  settings: PaymentSettings,
  platform: PaymentSheetRequest['platform'],
): SubscriptionSheet {
  const { publishableKey, customer, livemode, currency, secret } = parts;
  const configuration = stripeConfiguration({ publishableKey, account: '', livemode, currency, settings, platform });
  const shared = { ...configuration, livemode, currency, customer };
  return secret.of === 'payment'
    ? { ...shared, amount: secret.amount, paymentIntentClientSecret: secret.clientSecret }
    : { ...shared, setupIntentClientSecret: secret.clientSecret };
}
