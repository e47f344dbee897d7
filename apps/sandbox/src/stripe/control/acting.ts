import { z } from 'zod';
import { Problem } from '../../control/problem.js';
import type { Kind, Kinds } from '../objects/kinds.js';
import { Refused } from '../wire/refused.js';
import type { Account } from '../world/account.js';
import { parseApiKey } from '../world/keys.js';
import type { StripeSide } from '../stripe-side.js';

/** The key of the account that needs no set-up. */
const DEMO_KEY = 'sk_test_signalbox';

/** Which account a control call is about: an API key, and one of the accounts that are connected to it. */
export const accountFields = {
  key: z
    .string()
    .refine((key) => parseApiKey(key) !== undefined, 'a test key such as sk_test_mine')
    .default(DEMO_KEY),
  account: z
    .string()
    .regex(/^acct_\w{1,60}$/, 'an account id such as acct_1')
    .optional(),
};

export function accountOf(
  stripe: StripeSide,
  { key, account }: { key: string; account?: string | undefined },
): Account {
  const own = stripe.accounts.ofKey(parseApiKey(key)?.secret ?? '');
  return account === undefined ? own : stripe.accounts.connected(own, account);
}

export const idParams = z.strictObject({ id: z.string() });

/** The object with this id, in whichever account it is. @throws Problem 404 */
export function heldObject<Name extends Kind>(
  stripe: StripeSide,
  kind: Name,
  id: string,
): { account: Account; object: Kinds[Name] } {
  const held = stripe.accounts.holding(kind, id);
  if (!held) throw new Problem(404, 'not_found', `no account has the ${kind} ${id}`);
  return held;
}

/** What Stripe would refuse is refused here too, as a conflict. @throws Problem */
export function acting<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Problem(error.status === 404 ? 404 : 409, error.body.code ?? 'refused', error.message);
  }
}
