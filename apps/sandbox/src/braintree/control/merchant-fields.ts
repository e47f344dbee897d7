import { z } from 'zod';
import { Problem } from '../../control/problem.js';
import { Invalid, Refused } from '../wire/refused.js';
import type { BraintreeSide } from '../braintree-side.js';
import { DEMO_MERCHANT } from '../world/demo-merchant.js';
import type { Merchant } from '../world/merchant.js';

const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, - and _');
/** Which merchant a control call is about. */
export const merchantFields = { merchantId: name.default(DEMO_MERCHANT.id) };
export const merchantName = name;
export const idParams = z.strictObject({ id: z.string() });

/** @throws Problem 404 */
export function merchantOf(braintree: BraintreeSide, id: string): Merchant {
  const merchant = braintree.merchants.find(id);
  if (!merchant)
    throw new Problem(404, 'not_found', `there is no merchant ${id}: POST /v1/braintree/merchants makes one`);
  return merchant;
}

/** The thing with this id, in whichever merchant it is. @throws Problem 404 */
export function held<Thing>(
  braintree: BraintreeSide,
  what: string,
  id: string,
  find: (merchant: Merchant) => Thing | undefined,
): { merchant: Merchant; thing: Thing } {
  for (const merchant of braintree.merchants.all()) {
    const thing = find(merchant);
    if (thing !== undefined) return { merchant, thing };
  }
  throw new Problem(404, 'not_found', `no merchant has the ${what} ${id}`);
}

/** What Braintree would refuse is refused here too, as a conflict. @throws Problem */
export function acting<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof Invalid) throw new Problem(409, error.errors[0]?.code ?? 'invalid', error.message);
    if (error instanceof Refused) throw new Problem(error.status === 404 ? 404 : 409, 'refused', error.message);
    throw error;
  }
}
