import { createHash } from 'node:crypto';
import type { AccountOutcome, Person } from '../account-gateway.js';
import type { CustomerCall } from '../gateway.js';
import { done, type GatewayOutcome } from '../outcome.js';
import type { BraintreeCalls } from './braintree-calls.js';
import type { CustomerDetails } from './braintree-sdk.js';
import { isSuccess, refusalOf } from './read-answer.js';

/** Braintree's word for an id that is taken. */
const ID_IS_IN_USE = '91609';

/** Braintree takes 36 letters. */
function customerId({ appId, account, userId }: Person): string {
  return `sbx_${createHash('sha256').update(`${appId}\n${account}\n${userId}`).digest('hex').slice(0, 32)}`;
}

/** What Braintree takes of them; it has a first and a last name where we have one. */
function detailsOf({ details: { email, name, phone } }: CustomerCall): CustomerDetails {
  return {
    ...(email !== undefined && { email }),
    ...(name !== undefined && { firstName: name }),
    ...(phone !== undefined && { phone }),
  };
}

/**
 * The customer that stands for a user. Its id is computed from the user, so making it twice makes it once, and it says nothing of
 * the user to Braintree.
 */
export async function customerOf(
  call: CustomerCall,
  calls: BraintreeCalls,
): Promise<GatewayOutcome<{ readonly ref: string }>> {
  const { appId } = call;
  const id = customerId(call);
  const found = await calls.read({ appId, name: 'find_customer', make: ({ sdk }) => sdk.customer.find(id) });
  if (found.kind === 'found') return done({ ref: id });
  if (found.kind === 'later') return { kind: 'not_done', reason: found.reason, retryAfterMs: found.retryAfterMs };
  return calls.write<{ readonly ref: string }>({
    appId,
    operation: 'open',
    name: 'customer',
    make: async ({ sdk }) => {
      const answer = await sdk.customer.create({ id, ...detailsOf(call) });
      if (isSuccess(answer)) return done({ ref: id });
      const refused = refusalOf(answer);
      return refused.code === ID_IS_IN_USE ? done({ ref: id }) : refused;
    },
  });
}

/** What Braintree has no more is as good as deleted. */
export async function forgetCustomer(person: Person, calls: BraintreeCalls): Promise<AccountOutcome<null>> {
  const outcome = await calls.write<null>({
    appId: person.appId,
    operation: 'settle',
    name: 'customer_delete',
    make: async ({ sdk }) => {
      await sdk.customer.delete(customerId(person));
      return done(null);
    },
  });
  return outcome.kind === 'refused' && outcome.code === 'not_found' ? { kind: 'missing' } : outcome;
}
