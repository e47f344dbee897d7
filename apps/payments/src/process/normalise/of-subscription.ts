import { z } from 'zod';
import { optional, reference, userOfMetadata } from './fields.js';

const details = z.object({ metadata: userOfMetadata });

/** How an invoice named its subscription before basil. */
export const namedOutright = { subscription: reference.nullable(), subscription_details: optional(details) };

/** How it does since 2025-03-31. */
export const namedByParent = {
  parent: z.object({ subscription_details: optional(details.extend({ subscription: reference })) }).nullable(),
};

/** The subscription that an invoice is of, and its user. */
export interface OfSubscription {
  readonly subscription: string | undefined;
  readonly userId: string | undefined;
}

type Outright = z.output<z.ZodObject<typeof namedOutright>>;
type ByParent = z.output<z.ZodObject<typeof namedByParent>>;

export function subscriptionOf(raw: Outright | ByParent): OfSubscription {
  if (!('parent' in raw)) {
    return { subscription: raw.subscription ?? undefined, userId: raw.subscription_details?.metadata };
  }
  const of = raw.parent?.subscription_details;
  return { subscription: of?.subscription, userId: of?.metadata };
}
