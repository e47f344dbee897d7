import type { Uuid } from '@signalbox/contracts';
import { modeOfEnvironment, type CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { AppClients, type KeptClient } from '../../clients/app-clients.js';
import { openSdk, type BraintreeSdk } from './braintree-sdk.js';

/** The SDK with the keys of one app. */
export interface AppClient {
  readonly sdk: BraintreeSdk;
  /** The mode that its keys are of. */
  readonly livemode: boolean;
  /** Currency to the merchant account that takes it. */
  readonly merchantAccounts: Readonly<Record<string, string>>;
}

/** One client of Braintree's SDK for each app. */
export class BraintreeClients extends AppClients<AppClient & KeptClient> {
  constructor(database: Database, credentials: CredentialReader) {
    super(database, credentials, 'braintree');
  }

  protected async open(credentialId: Uuid): Promise<(AppClient & KeptClient) | undefined> {
    const opened = await this.credentials.openBraintree(this.database, credentialId);
    if (opened === undefined) return undefined;
    const { environment, merchantAccounts = {} } = opened.secret;
    const livemode = modeOfEnvironment(environment) === 'live';
    return { ...openSdk(opened.secret), livemode, merchantAccounts, key: `${opened.id} ${opened.version}` };
  }
}
