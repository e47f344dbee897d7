import { z } from 'zod';
import { contact, ephemeralKey, metadata, platform, userId } from './sheet-fields.js';

/** Who pays, as the gateway is told. The gateway's own id of them is kept with the user. */
const customer = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,255}$/)
      .optional()
      .meta({ description: 'the gateway’s id of a customer that exists; absent: the one that belongs to `userId`' }),
    ...contact,
  })
  .meta({ description: 'told to the gateway when the customer is made; a customer that exists is not changed' });

const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, 'must be three letters of ISO 4217, such as eur')
  .toLowerCase();
const method = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a kind of payment method as the gateway names it, such as card')
  .meta({ description: '`card`, `sepa_debit`, `paypal`, ...; absent: whatever the gateway account offers' });

/** A key to saved cards is of somebody: without a customer there is nothing to make it for. */
const needsSomebody = ({
  ephemeralKey,
  userId,
  customer,
}: {
  ephemeralKey?: unknown;
  userId?: string | undefined;
  customer?: { id?: string | undefined } | undefined;
}) => ephemeralKey === undefined || userId !== undefined || customer?.id !== undefined;
const SOMEBODY = { path: ['ephemeralKey'], error: 'needs a userId or a customer.id: it is a key to their saved cards' };

/** The body of `POST /v1/payment-sheets`. */
export const paymentSheetRequest = z
  .strictObject({
    orderId: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: 'your id of what is paid for; bound to this amount, currency and user for ever' }),
    amount: z.int().min(1).max(999_999_999_999).meta({ description: "in the currency's smallest unit" }),
    currency,
    userId: userId.optional(),
    customer: customer.optional(),
    platform: platform.optional(),
    ephemeralKey: ephemeralKey.optional(),
    captureMethod: z
      .enum(['automatic', 'manual'])
      .default('automatic')
      .meta({ description: 'manual: the money is only held until you capture it' }),
    method: method.optional(),
    description: z.string().min(1).max(500).optional(),
    metadata: metadata.optional(),
    deepLink: z
      .string()
      .max(500)
      .refine((text) => URL.canParse(text), { error: 'must be a URL, such as shop://pay/1' })
      .optional()
      .meta({ description: 'what a notification of this payment opens' }),
    setupFutureUsage: z
      .enum(['on_session', 'off_session'])
      .optional()
      .meta({ description: 'keep the payment method for the customer; off_session: to charge it while they are away' }),
  })
  .refine(needsSomebody, SOMEBODY)
  .refine(
    ({ setupFutureUsage, userId, customer }) =>
      setupFutureUsage === undefined || userId !== undefined || customer?.id !== undefined,
    { path: ['setupFutureUsage'], error: 'needs a userId or a customer.id to keep the payment method for' },
  );
export type PaymentSheetRequest = z.output<typeof paymentSheetRequest>;
/** The same before the defaults are filled in, as a caller writes it. */
export type PaymentSheetRequestInput = z.input<typeof paymentSheetRequest>;

/** The body of `POST /v1/setup-sheets`: a payment method is kept, and nothing is charged now. */
export const setupSheetRequest = z
  .strictObject({
    userId: userId.optional(),
    customer: customer.optional(),
    platform: platform.optional(),
    ephemeralKey: ephemeralKey.optional(),
    currency: currency.optional().meta({ description: 'of the later charges; Google Pay is not offered without' }),
    method: method.optional(),
    usage: z
      .enum(['on_session', 'off_session'])
      .default('off_session')
      .meta({ description: 'off_session: to charge it while the customer is away' }),
    description: z.string().min(1).max(500).optional(),
    metadata: metadata.optional(),
  })
  .refine(({ userId, customer }) => userId !== undefined || customer?.id !== undefined, {
    path: ['userId'],
    error: 'must be there, or customer.id: the payment method is kept for somebody',
  });
export type SetupSheetRequest = z.output<typeof setupSheetRequest>;
/** The same before the defaults are filled in, as a caller writes it. */
export type SetupSheetRequestInput = z.input<typeof setupSheetRequest>;
