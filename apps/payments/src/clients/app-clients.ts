import type { Agent } from 'node:http';
import type { Uuid } from '@signalbox/contracts';
import type { CredentialReader } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';

/** A gateway's SDK with the keys of one app. */
export interface KeptClient {
  /** Changes when the keys do. */
  readonly key: string;
  readonly agent: Agent;
}

/** One client of a gateway's SDK for each app, made anew when its keys were rotated. */
export abstract class AppClients<Client extends KeptClient> {
  private readonly byApp = new Map<Uuid, Client>();
  /** Of clients that were replaced, which may have something under way. */
  private readonly retired: Agent[] = [];

  constructor(
    protected readonly database: Database,
    protected readonly credentials: CredentialReader,
    private readonly provider: 'stripe' | 'braintree',
  ) {}

  /** Undefined when the app has no keys. @throws SealBroken when they cannot be opened. */
  async of(appId: Uuid): Promise<Client | undefined> {
    const versions = await this.credentials.byAppAndProvider(this.database, [appId], this.provider);
    const current = versions.get(appId);
    if (current === undefined) return undefined;
    const known = this.byApp.get(appId);
    if (known?.key === `${current.id} ${current.version}`) return known;
    const made = await this.open(current.id);
    if (made === undefined) return undefined;
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

  /** Undefined when the credential was deleted meanwhile. @throws SealBroken */
  protected abstract open(credentialId: Uuid): Promise<Client | undefined>;
}
