import { z } from 'zod';
import { paymentStatus } from './payment.js';

/**
 * Field names are those of the SDKs' own configurations, so that an app hands them on without translating
 * (docs/payment-sheets.md has the table and the sources). A field that the SDK has as an optional is absent, never null.
 */
const customerOfSession = z.strictObject({
  id: z.string().meta({ description: '`cus_…`' }),
  customerSessionClientSecret: z.string().meta({ description: '`cuss_…`' }),
  expiresAt: z.iso.datetime().meta({ description: 'present the sheet before' }),
});
const customerOfEphemeralKey = z.strictObject({
  id: z.string().meta({ description: '`cus_…`' }),
  ephemeralKeySecret: z.string().meta({ description: '`ek_…`' }),
  apiVersion: z.string().meta({ description: 'the one you asked for' }),
  expiresAt: z.iso.datetime().meta({ description: 'present the sheet before' }),
});
const sheetCustomer = z.union([customerOfSession, customerOfEphemeralKey]);
/** Who may see their saved cards in the sheet, and what lets the SDK read them: never stored, never logged. */
export type SheetCustomer = z.output<typeof sheetCustomer>;

const stripeConfiguration = {
  publishableKey: z.string(),
  stripeAccountId: z.string().optional().meta({ description: 'the connected account, where it is not the app’s own' }),
  merchantDisplayName: z.string(),
  customer: sheetCustomer.optional(),
  applePay: z.strictObject({ merchantId: z.string(), merchantCountryCode: z.string() }).optional(),
  googlePay: z
    .strictObject({
      environment: z.enum(['Test', 'Production']),
      countryCode: z.string(),
      currencyCode: z.string().optional().meta({ description: 'ISO 4217, in capitals' }),
    })
    .optional(),
  returnURL: z.string().optional(),
  allowsDelayedPaymentMethods: z.boolean(),
};

const braintreeConfiguration = {
  clientToken: z.string().meta({ description: 'the `authorization` of every client of the Braintree SDKs' }),
  merchantDisplayName: z.string(),
  applePay: z
    .strictObject({ merchantCountryCode: z.string() })
    .optional()
    .meta({ description: 'the SDK has the merchant identifier and the networks from the client token' }),
  googlePay: z
    .strictObject({
      countryCode: z.string(),
      currencyCode: z.string(),
      totalPrice: z.string().meta({ description: 'such as `12.34`' }),
      totalPriceStatus: z.enum(['FINAL', 'ESTIMATED']),
    })
    .optional()
    .meta({ description: 'the SDK has the environment from the client token' }),
};

const ofPayment = {
  paymentId: z.string().meta({ description: '`pay_…`' }),
  orderId: z.string(),
  status: paymentStatus,
  amount: z.int().meta({ description: "in the currency's smallest unit" }),
  currency: z.string(),
  livemode: z.boolean(),
};

const stripePaymentSheet = z.strictObject({
  gateway: z.literal('stripe'),
  ...ofPayment,
  ...stripeConfiguration,
  paymentIntentClientSecret: z.string(),
});
const braintreePaymentSheet = z.strictObject({
  gateway: z.literal('braintree'),
  ...ofPayment,
  ...braintreeConfiguration,
  amountDecimal: z
    .string()
    .meta({ description: 'the amount as Braintree’s SDKs take it: `12.34`, without a fraction where there is none' }),
});

/** What `POST /v1/payment-sheets` answers: all that the gateway's sheet on the phone needs. */
export const paymentSheet = z.discriminatedUnion('gateway', [stripePaymentSheet, braintreePaymentSheet]);
export type PaymentSheet = z.output<typeof paymentSheet>;
export type StripePaymentSheet = z.output<typeof stripePaymentSheet>;
export type BraintreePaymentSheet = z.output<typeof braintreePaymentSheet>;

const stripeSetupSheet = z.strictObject({
  gateway: z.literal('stripe'),
  gatewayRef: z.string().meta({ description: '`seti_…`' }),
  livemode: z.boolean(),
  ...stripeConfiguration,
  /** A payment method cannot be kept for nobody. */
  customer: sheetCustomer,
  setupIntentClientSecret: z.string(),
});
const braintreeSetupSheet = z.strictObject({
  gateway: z.literal('braintree'),
  customerId: z.string().meta({ description: 'Braintree’s id of the customer whose vault the client token opens' }),
  livemode: z.boolean(),
  ...braintreeConfiguration,
});

/** What `POST /v1/setup-sheets` answers. */
export const setupSheet = z.discriminatedUnion('gateway', [stripeSetupSheet, braintreeSetupSheet]);
export type SetupSheet = z.output<typeof setupSheet>;
export type StripeSetupSheet = z.output<typeof stripeSetupSheet>;
export type BraintreeSetupSheet = z.output<typeof braintreeSetupSheet>;

const ofSubscription = {
  gateway: z.literal('stripe'),
  livemode: z.boolean(),
  currency: z.string(),
  ...stripeConfiguration,
  /** It is somebody who subscribes. */
  customer: sheetCustomer,
};

/** The sheet of a subscription: the customer pays its first invoice now, or names what later ones are paid with. */
export const subscriptionSheet = z.union([
  z.strictObject({
    ...ofSubscription,
    amount: z.int().meta({ description: "of the first invoice, in the currency's smallest unit" }),
    paymentIntentClientSecret: z.string(),
  }),
  z.strictObject({ ...ofSubscription, setupIntentClientSecret: z.string() }),
]);
export type SubscriptionSheet = z.output<typeof subscriptionSheet>;
