import { formatId, type PaymentSettings, type PaymentSheet, type PaymentSheetRequest } from '@signalbox/contracts';
import type { SheetParts } from '../gateway/gateway.js';
import type { OrderedPayment } from '../orders/operation.js';
import { stripeConfiguration } from './stripe-configuration.js';

/** Everything that a sheet is put together from. */
export interface Presented {
  readonly payment: OrderedPayment;
  readonly orderId: string;
  readonly parts: SheetParts;
  readonly settings: PaymentSettings;
  readonly platform: PaymentSheetRequest['platform'];
}

/** A sheet in the words of the gateway's SDKs; docs/payment-sheets.md has their sources. @throws Problem */
export function present(presented: Presented): PaymentSheet {
  const { payment, orderId, parts, settings } = presented;
  const common = {
    paymentId: formatId('payment', payment.id),
    orderId,
    status: parts.state.status,
    amount: payment.amount ?? 0,
    currency: payment.currency ?? '',
    livemode: payment.livemode,
    merchantDisplayName: settings.merchantDisplayName,
  };
  const { secrets } = parts;
  if (secrets.gateway === 'stripe') return { ...common, ...stripeParts(presented, secrets) };
  const { clientToken, amountDecimal } = secrets;
  return { ...common, gateway: 'braintree', clientToken, amountDecimal, ...braintreeWallets(presented, amountDecimal) };
}

type StripeSecrets = Extract<SheetParts['secrets'], { readonly gateway: 'stripe' }>;

function stripeParts(presented: Presented, { publishableKey, clientSecret, customer }: StripeSecrets) {
  const { payment, settings, platform } = presented;
  const { account, livemode } = payment;
  const currency = payment.currency ?? '';
  return {
    ...stripeConfiguration({ publishableKey, account, livemode, currency, settings, platform }),
    paymentIntentClientSecret: clientSecret,
    ...(customer !== undefined && { customer }),
  };
}

/** The SDK has the environment of Google Pay from the client token. */
function braintreeWallets({ payment, settings, platform }: Presented, totalPrice: string) {
  const { applePay, googlePay, merchantCountryCode } = settings;
  return {
    ...(applePay !== null && platform !== 'android' && { applePay: { merchantCountryCode } }),
    ...(googlePay !== null &&
      platform !== 'ios' && {
        googlePay: {
          countryCode: merchantCountryCode,
          currencyCode: (payment.currency ?? '').toUpperCase(),
          totalPrice,
          totalPriceStatus: 'FINAL' as const,
        },
      }),
  };
}
