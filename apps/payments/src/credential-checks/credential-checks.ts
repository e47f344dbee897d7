import { formatId, type CredentialCheck, type Uuid } from '@signalbox/contracts';
import { type CredentialReader, SealBroken } from '@signalbox/credentials';
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

/** No customer of ours has such an id. */
const NOBODY = 'signalbox-dry-run';

/** Tries the keys of an app's gateways by reading, within the limits that all calls keep to. Nothing is changed. */
export class CredentialChecks {
  constructor(private readonly options: CredentialChecksOptions) {}

  async ofApp(appId: Uuid): Promise<CredentialCheck[]> {
    const { stripe, braintree, credentials, database } = this.options;
    const found = await Promise.all([
      this.check(appId, 'stripe', async (id) => {
        const opened = await credentials.openStripe(database, id);
        const path = '/v1/account';
        const answer = await stripe.get({ appId, account: '', path, endpoint: path });
        return { of: `${opened?.secret.secretKey.slice(0, 8) ?? 'key'}...`, ...judgeStripe(answer) };
      }),
      this.check(appId, 'braintree', async (id) => {
        const opened = await credentials.openBraintree(database, id);
        const read = await braintree.read({ appId, name: 'dry_run', make: ({ sdk }) => sdk.customer.find(NOBODY) });
        return { of: `merchant ${opened?.secret.merchantId ?? 'unknown'}`, ...judgeBraintree(read) };
      }),
    ]);
    return found.flat();
  }

  private async check(
    appId: Uuid,
    provider: 'stripe' | 'braintree',
    attempt: (id: Uuid) => Promise<Omit<CredentialCheck, 'credentialId' | 'provider'>>,
  ): Promise<CredentialCheck[]> {
    const { credentials, database } = this.options;
    const current = (await credentials.byAppAndProvider(database, [appId], provider)).get(appId);
    if (current === undefined) return [];
    const told = { credentialId: formatId('credential', current.id), provider };
    try {
      return [{ ...told, ...(await attempt(current.id)) }];
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      return [{ ...told, of: 'its seal', verdict: 'unreadable', said: 'it cannot be opened with this MASTER_KEY' }];
    }
  }
}
