import type { Agent } from 'node:http';
import type { Uuid } from '@signalbox/contracts';
import { modeOfEnvironment, type CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { openSdk, type BraintreeSdk } from './braintree-sdk.js';

/** The SDK with the keys of one app. */
export interface AppClient {
  readonly sdk: BraintreeSdk;
  /** The mode that its keys are of. */
  readonly livemode: boolean;
  /** Currency to the merchant account that takes it. */
  readonly merchantAccounts: Readonly<Record<string, string>>;
}

interface KeptClient extends AppClient {
  /** Changes when the keys do. */
  readonly key: string;
  readonly agent: Agent;
}

/** One client of Braintree's SDK for each app, made anew when its keys were rotated. */
export class BraintreeClients {
  private readonly byApp = new Map<Uuid, KeptClient>();
  /** Of clients that were replaced, which may have something under way. */
  private readonly retired: Agent[] = [];

  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialReader,
  ) {}

  /** Undefined when the app has no keys. @throws SealBroken when they cannot be opened. */
  async of(appId: Uuid): Promise<AppClient | undefined> {
    const versions = await this.credentials.byAppAndProvider(this.database, [appId], 'braintree');
    const current = versions.get(appId);
    if (current === undefined) return undefined;
    const known = this.byApp.get(appId);
    if (known?.key === `${current.id} ${current.version}`) return known;
    const opened = await this.credentials.openBraintree(this.database, current.id);
    if (opened === undefined) return undefined;
    const { environment, merchantAccounts = {} } = opened.secret;
    const livemode = modeOfEnvironment(environment) === 'live';
    const made = { ...openSdk(opened.secret), livemode, merchantAccounts, key: `${opened.id} ${opened.version}` };
    const replaced = this.byApp.get(appId);
    if (replaced !== undefined) this.retired.push(replaced.agent);
    this.byApp.set(appId, made);
    return made;
  }

  /** Ends connections, and with them what is under way. */
  close(): void {
    for (const agent of [...this.retired, ...[...this.byApp.values()].map((client) => client.agent)]) agent.destroy();
    this.byApp.clear();
  }
}
