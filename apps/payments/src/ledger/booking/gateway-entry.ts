import { z } from 'zod';

const nullable = <Value>(schema: z.ZodType<Value>) => schema.nullish().transform((value) => value ?? undefined);

/** An entry of Stripe's own books: a balance transaction, in the currency of the balance that it changed. */
export const balanceTransaction = z
  .object({
    id: z.string(),
    /** Positive where money came. */
    amount: z.int(),
    currency: z.string(),
    /** Negative where a fee was given back. */
    fee: z.int(),
    fee_details: z.array(z.object({ amount: z.int(), type: z.string() })).default([]),
    /** Of the currency that the customer paid in, where that is another. */
    exchange_rate: nullable(z.number().positive()),
    source: nullable(z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)])),
    created: z.int(),
  })
  .transform(({ fee_details: feeDetails, exchange_rate: exchangeRate, ...entry }) => ({
    ...entry,
    feeDetails,
    exchangeRate,
  }));
export type GatewayEntry = z.output<typeof balanceTransaction>;
