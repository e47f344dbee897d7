import { randomUUID } from 'node:crypto';
import type { SheetCustomer, Uuid } from '@signalbox/contracts';
import type { GatewayOutcome } from '../outcome.js';
import type { StripeWrites } from './stripe-writes.js';

interface SecretsFor {
  readonly appId: Uuid;
  readonly account: string;
  /** Of the API that an old SDK speaks: it gets an ephemeral key instead of a session. */
  readonly version: string | undefined;
}

/** Both are made for one showing of the sheet: a secret that was shown before is never shown again. */
export function customerSecrets(
  { appId, account, version }: SecretsFor,
  customer: string,
  writes: StripeWrites,
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
