import type { CredentialCheck, Uuid } from '@signalbox/contracts';
import { type CredentialReader, tryCredential } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import type { BraintreeCalls } from '../gateway/braintree/braintree-calls.js';
import type { StripeCalls } from '../read-stripe/stripe-calls.js';
import { judgeBraintree, judgeStripe } from './judge-answers.js';

export interface CredentialChecksOptions {
  readonly database: Sql;
  readonly credentials: CredentialReader;
  readonly stripe: StripeCalls;
  readonly braintree: BraintreeCalls;
}

export const GATEWAYS = ['stripe', 'braintree'] as const;
export type Gateway = (typeof GATEWAYS)[number];

/** No customer of ours has such an id. */
const NOBODY = 'signalbox-dry-run';

/** Tries the keys of an app's gateways by reading, within the limits that all calls keep to. Nothing is changed. */
export class CredentialChecks {
  constructor(private readonly options: CredentialChecksOptions) {}

  async ofApp(appId: Uuid): Promise<CredentialCheck[]> {
    return (await Promise.all(GATEWAYS.map((gateway) => this.of(appId, gateway)))).flat();
  }

  /** The same of one gateway; nothing where the app has no keys of it. */
  of(appId: Uuid, gateway: Gateway): Promise<CredentialCheck[]> {
    const { stripe, braintree, credentials, database } = this.options;
    return tryCredential(credentials, database, { appId, provider: gateway }, async (id) => {
      if (gateway === 'stripe') {
        const opened = await credentials.openStripe(database, id);
        const path = '/v1/account';
        const answer = await stripe.get({ appId, account: '', path, endpoint: path });
        return [{ of: `${opened?.secret.secretKey.slice(0, 8) ?? 'key'}...`, ...judgeStripe(answer) }];
      }
      const opened = await credentials.openBraintree(database, id);
      const read = await braintree.read({ appId, name: 'dry_run', make: ({ sdk }) => sdk.customer.find(NOBODY) });
      return [{ of: `merchant ${opened?.secret.merchantId ?? 'unknown'}`, ...judgeBraintree(read) }];
    });
  }
}
