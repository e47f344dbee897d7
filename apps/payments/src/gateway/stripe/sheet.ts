import type { SheetCall, SheetParts } from '../gateway.js';
import type { ReadOutcome } from '../outcome.js';
import { customerSecrets } from './customer-secrets.js';
import { stateOfIntent } from './intent-state.js';
import type { StripeReads } from './stripe-reads.js';
import type { StripeWrites } from './stripe-writes.js';

export interface SheetTools {
  readonly reads: StripeReads;
  readonly writes: StripeWrites;
}

/** How long to wait before a sheet is asked for again that could not be made. Milliseconds. */
const AGAIN_MS = 1_000;

/** What a PaymentSheet needs: the intent's secret, and what lets it show the customer's saved methods. */
export async function stripeSheet(call: SheetCall, tools: SheetTools): Promise<ReadOutcome<SheetParts>> {
  const [intent, ofCustomer, client] = await Promise.all([
    tools.reads.intent(call.target),
    call.customer === undefined
      ? undefined
      : customerSecrets({ ...call.target, version: call.ephemeralKeyVersion }, call.customer, tools.writes),
    tools.writes.clientOf(call.target.appId),
  ]);
  if (intent.kind !== 'found') return intent;
  if (ofCustomer !== undefined && ofCustomer.kind !== 'done') {
    const reason = 'reason' in ofCustomer ? ofCustomer.reason : ofCustomer.code;
    return { kind: 'later', reason, retryAfterMs: 'retryAfterMs' in ofCustomer ? ofCustomer.retryAfterMs : AGAIN_MS };
  }
  return {
    kind: 'found',
    value: {
      state: stateOfIntent(intent.value),
      secrets: {
        gateway: 'stripe',
        publishableKey: client?.publishableKey,
        clientSecret: intent.value.client_secret ?? '',
        customer: ofCustomer?.value,
      },
    },
  };
}
