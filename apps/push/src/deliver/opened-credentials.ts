import type { Uuid } from '@signalbox/contracts';
import type { AnyCredential, CredentialReader } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';

/** Opened credentials by version: a rotation is seen by the next claim, and nothing is decrypted twice. */
export class OpenedCredentials {
  private readonly opened = new Map<Uuid, AnyCredential>();

  constructor(private readonly reader: CredentialReader) {}

  /** The app's APNs credential as it is now, or undefined when it has none. */
  async apnsOf(sql: Sql, appId: Uuid): Promise<Extract<AnyCredential, { provider: 'apns' }> | undefined> {
    const current = (await this.reader.byAppAndProvider(sql, [appId], 'apns')).get(appId);
    if (current === undefined) return undefined;
    const known = this.opened.get(current.id);
    const credential = known?.version === current.version ? known : await this.reader.open(sql, current.id);
    if (credential?.provider !== 'apns') return undefined;
    this.opened.set(credential.id, credential);
    return credential;
  }
}
