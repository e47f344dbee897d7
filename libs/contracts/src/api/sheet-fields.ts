import { z } from 'zod';

/** Metadata that Signalbox writes itself begins with it. */
const RESERVED_METADATA = 'signalbox_';

/** Stripe takes 50 entries, keys of 40 characters without brackets and values of 500; ten are kept for us. */
export const metadata = z.record(z.string(), z.string().max(500)).superRefine((entries, context) => {
  const keys = Object.keys(entries);
  const refuse = (message: string, path: string[] = []) => context.addIssue({ code: 'custom', message, path });
  if (keys.length > 40) refuse('must have at most 40 entries');
  for (const key of keys) {
    if (key.startsWith(RESERVED_METADATA)) refuse('must not begin with signalbox_, which is ours', [key]);
    else if (!/^[^[\]]{1,40}$/.test(key))
      refuse('must have a key of 1 to 40 characters without square brackets', [key]);
  }
});

export const userId = z.string().min(1).max(256);

/** Who somebody is, as the gateway is told. */
export const contact = {
  email: z.email().max(512).optional(),
  name: z.string().min(1).max(256).optional(),
  phone: z.string().min(3).max(20).optional(),
};

/** An old SDK reads the customer's cards with an ephemeral key, which is made in the API version that the SDK speaks. */
export const ephemeralKey = z
  .strictObject({
    apiVersion: z
      .string()
      .regex(/^20\d\d-\d\d-\d\d(\.[a-z]+)?$/, 'must be the API version of the SDK in the app, such as 2020-08-27'),
  })
  .meta({ description: 'for SDKs older than CustomerSession: an ephemeral key in this API version takes its place' });

export const platform = z
  .enum(['ios', 'android'])
  .meta({ description: 'leaves the wallet of the other platform out of the answer' });
