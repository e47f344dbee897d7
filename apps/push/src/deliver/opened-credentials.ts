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

  /** How to get an app's credential with this provider as it is now; undefined when it has none. */
  of<Of extends Provider>(
    provider: Of,
  ): (
    sql: Sql,
    appId: Uuid,
    known?: CurrentCredential,
  ) => Promise<Extract<AnyCredential, { provider: Of }> | undefined> {
    return async (sql, appId, known) => {
      const credential = await this.current(sql, appId, provider, known);
      return credential !== undefined && isOf(credential, provider) ? credential : undefined;
    };
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

function isOf<Of extends Provider>(
  credential: AnyCredential,
  provider: Of,
): credential is Extract<AnyCredential, { provider: Of }> {
  return credential.provider === provider;
}
