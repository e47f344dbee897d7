import { z } from 'zod';
import { pageOf } from './page.js';
import { contact, userId } from './sheet-fields.js';

export const customerParams = z.strictObject({ userId: userId.meta({ description: 'your id of the user' }) });
export const savedMethodParams = customerParams.extend({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,255}$/)
    .meta({ description: "the gateway's id of the payment method" }),
});

/** The body of `PUT /v1/customers/{userId}`. Nothing of it is kept here: it is the gateway's. */
export const customerRequest = z.strictObject(contact).meta({ description: 'what is absent stays as it is' });
export type CustomerRequest = z.output<typeof customerRequest>;

/** A user as the gateway knows them at this moment. */
export const customerView = z.object({
  userId: z.string(),
  gateway: z.enum(['stripe', 'braintree']),
  gatewayRef: z.string().meta({ description: "the gateway's id of the customer" }),
  livemode: z.boolean(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  phone: z.string().nullable(),
  defaultPaymentMethodId: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type CustomerView = z.output<typeof customerView>;

const savedMethod = z.object({
  id: z.string().meta({ description: "the gateway's id" }),
  kind: z.string().meta({ description: '`card`, `sepa_debit`, ...' }),
  brand: z.string().nullable(),
  last4: z.string().nullable(),
  expiry: z.object({ month: z.int(), year: z.int() }).nullable(),
  isDefault: z.boolean().meta({ description: 'what subscriptions are paid with unless they name another' }),
});
export type SavedMethodView = z.output<typeof savedMethod>;

/** As the gateway has them at this moment; never cached. */
export const savedMethodPage = pageOf(savedMethod);
