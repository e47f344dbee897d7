import type { CredentialCheck } from '@signalbox/contracts';
import { z } from 'zod';
import type { ReadOutcome } from '../gateway/outcome.js';
import type { CallAnswer } from '../read-stripe/stripe-calls.js';

type Verdict = Pick<CredentialCheck, 'verdict' | 'said' | 'remedy'>;

const account = z.looseObject({ id: z.string(), charges_enabled: z.boolean().optional() });

/** What Stripe said to `GET /v1/account`. A restricted key may not read that, and is good all the same. */
export function judgeStripe(answer: CallAnswer): Verdict {
  switch (answer.kind) {
    case 'answered': {
      const read = account.safeParse(answer.body).data;
      if (read?.charges_enabled !== false)
        return { verdict: 'works', said: `the key is of ${read?.id ?? 'an account'}` };
      const remedy = 'complete the account in the Dashboard of Stripe: it takes no payments yet';
      return { verdict: 'limited', said: `${read.id} may not be charged to`, remedy };
    }
    case 'missing':
      return { verdict: 'limited', said: 'Stripe knows no account of this key' };
    case 'later': {
      const { reason, forbidden } = answer;
      if (forbidden === true)
        return { verdict: 'works', said: `${reason}: the key is taken, and may not read its own account` };
      if (reason.startsWith('status_401')) {
        return {
          verdict: 'refused',
          said: reason,
          remedy: 'the key was rolled or revoked: put the one that the Dashboard of Stripe shows',
        };
      }
      return { verdict: 'unreachable', said: reason };
    }
  }
}

/** What Braintree said to a look for a customer that there is none of. */
export function judgeBraintree(read: ReadOutcome<unknown>): Verdict {
  if (read.kind !== 'later') return { verdict: 'works', said: 'the keys are taken' };
  if (read.reason !== 'keys_refused') return { verdict: 'unreachable', said: read.reason };
  const remedy = 'compare merchant id, public and private key with the Control Panel of Braintree, "API"';
  return { verdict: 'refused', said: read.reason, remedy };
}
