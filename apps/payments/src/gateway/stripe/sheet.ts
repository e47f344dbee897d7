import { randomUUID } from 'node:crypto';
import type { StripeClients } from '../../read-stripe/stripe-clients.js';
import type { SheetCustomer } from '@signalbox/contracts';
import type { SheetCall, SheetParts } from '../gateway.js';
import type { GatewayOutcome, ReadOutcome } from '../outcome.js';
import { stateOfIntent } from './intent-state.js';
import type { StripeReads } from './stripe-reads.js';
import type { StripeWrites } from './stripe-writes.js';

export interface SheetTools {
  readonly reads: StripeReads;
  readonly writes: StripeWrites;
  readonly clients: StripeClients;
}

/** How long to wait before a sheet is asked for again that could not be made. Milliseconds. */
const AGAIN_MS = 1_000;

/** What a PaymentSheet needs: the intent's secret, and what lets it show the customer's saved methods. */
export async function stripeSheet(call: SheetCall, tools: SheetTools): Promise<ReadOutcome<SheetParts>> {
  const [intent, ofCustomer, client] = await Promise.all([
    tools.reads.intent(call.target),
    call.customer === undefined ? undefined : customerSecrets(call, call.customer, tools),
    tools.clients.of(call.target.appId),
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

/** Both are made for one showing of the sheet: a secret that was shown before is never shown again. */
function customerSecrets(
  { target: { appId, account }, ephemeralKeyVersion: version }: Pick<SheetCall, 'target' | 'ephemeralKeyVersion'>,
  customer: string,
  { writes }: SheetTools,
): Promise<GatewayOutcome<SheetCustomer>> {
  return writes.write<SheetCustomer>({
    appId,
    account,
    operation: 'open',
    key: randomUUID(),
    name: version === undefined ? 'customer_session' : 'ephemeral_key',
    make: async (sdk, options) => {
      if (version !== undefined) {
        const { secret, expires } = await sdk.ephemeralKeys.create({ customer }, { ...options, apiVersion: version });
        return { id: customer, ephemeralKeySecret: secret ?? '', apiVersion: version, expiresAt: isoTime(expires) };
      }
      const session = await sdk.customerSessions.create({ customer, components: COMPONENTS }, options);
      const { client_secret: secret, expires_at: expires } = session;
      return { id: customer, customerSessionClientSecret: secret, expiresAt: isoTime(expires) };
    },
  });
}

const isoTime = (seconds: number): string => new Date(seconds * 1_000).toISOString();

/** https://docs.stripe.com/api/customer_sessions/object#customer_session_object-components-mobile_payment_element */
const COMPONENTS = {
  mobile_payment_element: {
    enabled: true,
    features: {
      payment_method_save: 'enabled',
      payment_method_redisplay: 'enabled',
      payment_method_remove: 'enabled',
    },
  },
} as const;
