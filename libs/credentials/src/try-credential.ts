import { type CredentialCheck, formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { CredentialReader } from './credential-reader.js';
import { SealBroken } from './envelope.js';

/** What a try came to, but for whose it was. */
export type CredentialTry = Omit<CredentialCheck, 'credentialId' | 'provider'>;

/**
 * Has the credential tried that an app has with a provider now; nothing where it has none. One that another master key sealed is told as
 * `unreadable`; whatever else `attempt` throws is thrown on.
 */
export async function tryCredential(
  reader: CredentialReader,
  sql: Sql,
  { appId, provider }: { readonly appId: Uuid; readonly provider: CredentialCheck['provider'] },
  attempt: (id: Uuid) => Promise<readonly CredentialTry[]>,
): Promise<CredentialCheck[]> {
  const current = (await reader.byAppAndProvider(sql, [appId], provider)).get(appId);
  if (current === undefined) return [];
  const told = { credentialId: formatId('credential', current.id), provider };
  try {
    return (await attempt(current.id)).map((each) => ({ ...told, ...each }));
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return [{ ...told, of: 'its seal', verdict: 'unreadable', said: 'it cannot be opened with this MASTER_KEY' }];
  }
}
