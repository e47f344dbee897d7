import { newUuid, type NewStripeSecret, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { sealSecret } from './sealed-secret.js';
import { INSERT_SECRETS } from './secret.queries.js';
import type { SecretRow } from './source-view.js';

/** Seals secrets and adds them to a source of the app. */
export async function addSecrets(
  tx: Sql,
  envelope: Envelope,
  {
    appId,
    source,
    secrets,
  }: { readonly appId: Uuid; readonly source: Uuid; readonly secrets: readonly NewStripeSecret[] },
): Promise<SecretRow[]> {
  const sealed = secrets.map(({ secret }) => sealSecret(envelope, appId, secret));
  const { rows } = await tx.query<SecretRow>(INSERT_SECRETS, [
    secrets.map(() => newUuid()),
    source,
    sealed.map((each) => each.sealed),
    sealed.map((each) => each.hint),
    secrets.map(({ notBefore }) => notBefore ?? null),
    secrets.map(({ notAfter }) => notAfter ?? null),
  ]);
  return rows.toReversed();
}
