import type { PaymentSettings, PaymentSheetRequest } from '@signalbox/contracts';
import { orderProblems } from '../orders/order-problems.js';

/** What any sheet of Stripe's is put together from. */
export interface StripeSheetParts {
  readonly publishableKey: string | undefined;
  readonly account: string;
  readonly livemode: boolean;
  /** ISO 4217; Google Pay is not offered without. */
  readonly currency: string | undefined;
  readonly settings: PaymentSettings;
  readonly platform: PaymentSheetRequest['platform'];
}

/** The part of a sheet that is the same whatever is paid, in the words of Stripe's SDKs. @throws Problem */
export function stripeConfiguration(parts: StripeSheetParts) {
  const { publishableKey, account, settings } = parts;
  if (publishableKey === undefined) {
    const reason = 'the app has no publishableKey: PUT /v1/apps/{id}/credentials/stripe with it';
    throw orderProblems.notDone({ reason, retryAfterMs: 60_000 });
  }
  return {
    gateway: 'stripe' as const,
    publishableKey,
    merchantDisplayName: settings.merchantDisplayName,
    ...(account !== '' && { stripeAccountId: account }),
    ...wallets(parts),
    ...(settings.returnURL !== null && { returnURL: settings.returnURL }),
    allowsDelayedPaymentMethods: settings.allowsDelayedPaymentMethods,
  };
}

function wallets({ livemode, currency, settings, platform }: StripeSheetParts) {
  const { applePay, googlePay, merchantCountryCode: countryCode } = settings;
  const environment = googlePay?.environment ?? (livemode ? ('Production' as const) : ('Test' as const));
  return {
    ...(applePay !== null && platform !== 'android' && { applePay: { ...applePay, merchantCountryCode: countryCode } }),
    ...(googlePay !== null &&
      platform !== 'ios' &&
      currency !== undefined && { googlePay: { environment, countryCode, currencyCode: currency.toUpperCase() } }),
  };
}
