import type { Uuid } from '@signalbox/contracts';
import type { AnyCredential, CredentialReader, Provider } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';

/** Opened credentials by version: a rotation is seen by the next claim, and nothing is decrypted twice. */
export class OpenedCredentials {
  private readonly opened = new Map<Uuid, AnyCredential>();

  constructor(private readonly reader: CredentialReader) {}

  /** The app's APNs credential as it is now, or undefined when it has none. */
  async apnsOf(sql: Sql, appId: Uuid): Promise<Extract<AnyCredential, { provider: 'apns' }> | undefined> {
    const credential = await this.current(sql, appId, 'apns');
    return credential?.provider === 'apns' ? credential : undefined;
  }

  /** The app's FCM credential as it is now, or undefined when it has none. */
  async fcmOf(sql: Sql, appId: Uuid): Promise<Extract<AnyCredential, { provider: 'fcm' }> | undefined> {
    const credential = await this.current(sql, appId, 'fcm');
    return credential?.provider === 'fcm' ? credential : undefined;
  }

  /** The app's Web Push keys as they are now, or undefined when it has none. */
  async webPushOf(sql: Sql, appId: Uuid): Promise<Extract<AnyCredential, { provider: 'webpush' }> | undefined> {
    const credential = await this.current(sql, appId, 'webpush');
    return credential?.provider === 'webpush' ? credential : undefined;
  }

  private async current(sql: Sql, appId: Uuid, provider: Provider): Promise<AnyCredential | undefined> {
    const current = (await this.reader.byAppAndProvider(sql, [appId], provider)).get(appId);
    if (current === undefined) return undefined;
    const known = this.opened.get(current.id);
    const credential = known?.version === current.version ? known : await this.reader.open(sql, current.id);
    if (credential !== undefined) this.opened.set(credential.id, credential);
    return credential;
  }
}
