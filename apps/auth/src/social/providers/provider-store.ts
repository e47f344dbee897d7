import { formatId, type Uuid } from '@signalbox/contracts';
import { EndpointNotAllowed, type Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { policyFor } from '@signalbox/egress';
import { append } from '@signalbox/event-log';
import { type ProviderCalls } from '../calls/provider-calls.js';
import { pin } from './pin.js';
import type { ProviderConfig } from './provider-config.js';
import { opened, providerContext, type ProviderRow } from './provider-row.js';
import {
  DELETE_PROVIDER,
  FIND_PROVIDER,
  PROVIDERS_OF_APP,
  SAVE_PROVIDER,
  TAKE_UNCHECKED,
} from './providers.queries.js';
import type { SignInProvider } from './sign-in-provider.js';

/** A provider, and when its configuration was last changed. */
export interface StoredProvider {
  readonly provider: SignInProvider;
  readonly updatedAt: Date;
}

/** With whom the users of every app sign in. */
export class ProviderStore {
  constructor(
    private readonly database: Database,
    private readonly envelope: Envelope,
    private readonly calls: ProviderCalls,
    private readonly operatorAllowsPrivate: boolean,
  ) {}

  /**
   * Stores a configuration in place of the one before, with the metadata that the provider has now.
   *
   * @throws EndpointNotAllowed for a live app that names a stand-in; ProviderTrouble when it has to be asked, and is of no use.
   */
  async put(
    { id: appId, mode }: { readonly id: Uuid; readonly mode: 'live' | 'test' },
    name: string,
    config: ProviderConfig,
  ): Promise<StoredProvider> {
    if (mode === 'live' && 'endpoint' in config && config.endpoint !== undefined) throw new EndpointNotAllowed();
    const { allowPrivate } = policyFor(mode, this.operatorAllowsPrivate);
    const metadata = await pin(this.calls, config, this.calls.inBackground(allowPrivate));
    const sealed = this.envelope.seal(JSON.stringify(config), providerContext(appId));
    return this.database.transaction(async (tx) => {
      const { kind } = config;
      const values = [appId, name, kind, sealed, JSON.stringify(metadata)];
      const { rows } = await tx.query<{ version: number; updated_at: Date }>(SAVE_PROVIDER, values);
      const { version, updated_at: updatedAt } = rows[0]!;
      const data = { provider: name, kind, version };
      await append(tx, [{ appId, type: 'sign_in_provider.changed', subject: formatId('app', appId), data }]);
      return { provider: { appId, allowPrivate, name, version, config, metadata }, updatedAt };
    });
  }

  /** Identities stay: they open nothing while there is no provider, and everything as before once there is one again. */
  async remove(appId: Uuid, name: string): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ kind: string }>(DELETE_PROVIDER, [appId, name]);
      if (rows[0] === undefined) return false;
      const data = { provider: name, kind: rows[0].kind };
      await append(tx, [{ appId, type: 'sign_in_provider.removed', subject: formatId('app', appId), data }]);
      return true;
    });
  }

  async find(appId: Uuid, name: string): Promise<SignInProvider | undefined> {
    return (await this.show(appId, name))?.provider;
  }

  async show(appId: Uuid, name: string): Promise<StoredProvider | undefined> {
    const { rows } = await this.database.query<ProviderRow>(FIND_PROVIDER, [appId, name]);
    return rows[0] && { provider: this.open(rows[0]), updatedAt: rows[0].updated_at };
  }

  /** In the order they were made, which is that of their buttons. */
  async ofApp(appId: Uuid): Promise<StoredProvider[]> {
    const { rows } = await this.database.query<ProviderRow>(PROVIDERS_OF_APP, [appId]);
    return rows.map((row) => ({ provider: this.open(row), updatedAt: row.updated_at }));
  }

  /** One provider that nobody has compared with its metadata since then, now taken by the caller. */
  async takeUnchecked(since: Date): Promise<SignInProvider | undefined> {
    const { rows } = await this.database.query<ProviderRow>(TAKE_UNCHECKED, [since]);
    return rows[0] && this.open(rows[0]);
  }

  private open(row: ProviderRow): SignInProvider {
    return opened(row, this.envelope, this.operatorAllowsPrivate);
  }
}
