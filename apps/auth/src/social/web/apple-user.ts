import { z } from 'zod';
import { cleanName } from '../calls/proven-identity.js';

const appleUser = z.object({
  name: z.object({ firstName: z.string().optional(), lastName: z.string().optional() }).optional(),
});

/**
 * The name in Apple's `user` field, which comes with the first answer of a user and never again. It is not signed, so it is a name and
 * nothing else: the address beside it is not looked at.
 */
export function nameInAppleUser(field: string | undefined): string | undefined {
  if (field === undefined || field.length > 2_000) return undefined;
  try {
    const { name } = appleUser.parse(JSON.parse(field));
    return cleanName([name?.firstName, name?.lastName].filter((part) => part !== undefined).join(' '));
  } catch {
    return undefined;
  }
}
