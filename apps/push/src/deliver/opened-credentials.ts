import type { Uuid } from '@signalbox/contracts';
import type { AnyCredential, CredentialReader, Provider } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';

/** Which credential an app has with a provider, and its version. */
export interface CurrentCredential {
  readonly id: Uuid;
  readonly version: number;
}

/** Opened credentials by version: a rotation is seen by the next claim, and nothing is decrypted twice. `known`: what the caller has just read. */
export class OpenedCredentials {
  private readonly opened = new Map<Uuid, AnyCredential>();

  constructor(private readonly reader: CredentialReader) {}

  /** The app's APNs credential as it is now, or undefined when it has none. */
  async apnsOf(
    sql: Sql,
    appId: Uuid,
    known?: CurrentCredential,
  ): Promise<Extract<AnyCredential, { provider: 'apns' }> | undefined> {
    const credential = await this.current(sql, appId, 'apns', known);
    return credential?.provider === 'apns' ? credential : undefined;
  }

  /** The app's FCM credential as it is now, or undefined when it has none. */
  async fcmOf(
    sql: Sql,
    appId: Uuid,
    known?: CurrentCredential,
  ): Promise<Extract<AnyCredential, { provider: 'fcm' }> | undefined> {
    const credential = await this.current(sql, appId, 'fcm', known);
    return credential?.provider === 'fcm' ? credential : undefined;
  }

  /** The app's Web Push keys as they are now, or undefined when it has none. */
  async webPushOf(
    sql: Sql,
    appId: Uuid,
    known?: CurrentCredential,
  ): Promise<Extract<AnyCredential, { provider: 'webpush' }> | undefined> {
    const credential = await this.current(sql, appId, 'webpush', known);
    return credential?.provider === 'webpush' ? credential : undefined;
  }

  private async current(
    sql: Sql,
    appId: Uuid,
    provider: Provider,
    known: CurrentCredential | undefined,
  ): Promise<AnyCredential | undefined> {
    const current = known ?? (await this.reader.byAppAndProvider(sql, [appId], provider)).get(appId);
    if (current === undefined) return undefined;
    const open = this.opened.get(current.id);
    const credential = open?.version === current.version ? open : await this.reader.open(sql, current.id);
    if (credential !== undefined) this.opened.set(credential.id, credential);
    return credential;
  }
}
