import { z } from 'zod';

const merchantDisplayName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .meta({ description: 'what the sheet calls the business; the Android SDK refuses an empty one' });
const merchantCountryCode = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be two capital letters of ISO 3166, such as DE: the country of the gateway account')
  .meta({ description: 'the country of the business, ISO 3166' });

/** A sheet for iOS comes back through it, so an app may own the scheme or, with universal links, the host. */
const returnURL = z
  .string()
  .max(2_048)
  .refine((text) => URL.canParse(text) && !/^(javascript|data|file):/i.test(text), {
    error: 'must be a URL that opens your app, such as shop://stripe-redirect or https://shop.example/pay',
  })
  .meta({ description: 'where a bank’s page sends the customer back to: a URL that opens your app' });

const applePay = z.strictObject({
  merchantId: z
    .string()
    .regex(
      /^merchant\.[A-Za-z0-9.-]{1,200}$/,
      'must be the merchant identifier as Apple shows it: merchant.com.example',
    )
    .meta({ description: '`merchant.…`, the Apple Merchant Identifier' }),
});
const googlePay = z.strictObject({
  environment: z
    .enum(['Test', 'Production'])
    .optional()
    .meta({ description: 'absent: Production for an app in live mode, Test for one in test mode' }),
});

/** Which gateway takes which payments. */
const paymentRoutingRule = z.strictObject({
  gateway: z.enum(['stripe', 'braintree']),
  currencies: z
    .array(z.string().regex(/^[a-z]{3}$/, 'must be three small letters of ISO 4217, such as eur'))
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'absent: every currency' }),
  methods: z
    .array(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/))
    .min(1)
    .max(50)
    .optional()
    .meta({ description: 'absent: every kind of payment method' }),
});
export type PaymentRoutingRule = z.output<typeof paymentRoutingRule>;

/** The body of `PUT /v1/payment-settings`: what every sheet of the app is told besides the payment itself. */
export const paymentSettings = z.strictObject({
  merchantDisplayName,
  merchantCountryCode,
  applePay: applePay.nullable().default(null).meta({ description: 'null: the sheets offer no Apple Pay' }),
  googlePay: googlePay.nullable().default(null).meta({ description: 'null: the sheets offer no Google Pay' }),
  returnURL: returnURL.nullable().default(null),
  allowsDelayedPaymentMethods: z
    .boolean()
    .default(false)
    .meta({ description: 'offer what settles days later (SEPA, ACH, OXXO): such a payment is `processing` meanwhile' }),
  routing: z.array(paymentRoutingRule).max(50).default([]).meta({
    description:
      'the first rule that fits names the gateway, the next ones those that take its place while it does not answer; empty: every gateway that the app has keys for, Stripe first',
  }),
});
export type PaymentSettings = z.output<typeof paymentSettings>;
/** The same before the defaults are filled in, as a caller writes it. */
export type PaymentSettingsInput = z.input<typeof paymentSettings>;

/** What `GET` and `PUT /v1/payment-settings` answer. */
export const paymentSettingsView = paymentSettings.extend({ updatedAt: z.iso.datetime() });
export type PaymentSettingsView = z.output<typeof paymentSettingsView>;
