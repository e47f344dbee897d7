import type { Uuid } from '@signalbox/contracts';
import {
  type CredentialReader,
  newVapidKeys,
  type WebPushCredential,
  type WebPushSettings,
} from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { LOCK_APP } from './vapid-keys.queries.js';

/**
 * Completes what was handed in without keys: an app keeps those it has, since every browser has subscribed with them and would have to
 * do so again; its first ones are made here. Of two calls at once the second keeps what the first has made.
 */
export async function withVapidKeys(
  tx: Sql,
  reader: CredentialReader,
  appId: Uuid,
  { publicKey, privateKey, ...given }: WebPushSettings,
): Promise<WebPushCredential> {
  if (publicKey !== undefined && privateKey !== undefined) return { ...given, publicKey, privateKey };
  await tx.query(LOCK_APP, [appId]);
  const current = (await reader.byAppAndProvider(tx, [appId], 'webpush')).get(appId);
  const opened = current && (await reader.open(tx, current.id));
  if (opened?.provider !== 'webpush') return { ...given, ...newVapidKeys() };
  const { secret } = opened;
  return { ...given, publicKey: secret.publicKey, privateKey: secret.privateKey };
}
