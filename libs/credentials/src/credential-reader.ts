import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { apnsCredential } from './apns-credential.js';
import { type BraintreeCredential, braintreeCredential } from './braintree-credential.js';
import { type CredentialRow, readCredential, readPushCredentials, readVersions } from './credentials.queries.js';
import type { Envelope } from './envelope.js';
import { fcmCredential } from './fcm-credential.js';
import { credentialContext } from './seal-context.js';
import type { AnyCredential, CredentialProvider, Provider, StoredCredential } from './stored-credential.js';
import { type StripeCredential, stripeCredential } from './stripe-credential.js';
import { webPushCredential } from './webpush-credential.js';

/**
 * Reads credentials for the services that use them. Nothing is cached here: who uses a credential keeps it by id and
 * version, and asks for the version (cheap, nothing is opened) whenever it takes new work, so a rotation is seen then.
 */
export class CredentialReader {
  constructor(private readonly envelope: Envelope) {}

  /** Which of these apps have a credential of this provider, and its version. Apps without one are absent. */
  async byAppAndProvider(
    sql: Sql,
    appIds: readonly Uuid[],
    provider: CredentialProvider,
  ): Promise<Map<Uuid, { readonly id: Uuid; readonly version: number }>> {
    const rows = await readVersions(sql, appIds, provider);
    return new Map(rows.map(({ app_id, id, version }) => [app_id, { id, version }]));
  }

  /** The credentials of these apps that notifications are sent with, by provider; one statement, whoever the apps have. */
  async forPush(sql: Sql, appIds: readonly Uuid[]): Promise<Record<Provider, Map<Uuid, { readonly id: Uuid }>>> {
    const rows = await readPushCredentials(sql, appIds);
    const of = (provider: Provider): Map<Uuid, { readonly id: Uuid }> =>
      new Map(rows.filter((row) => row.provider === provider).map(({ app_id, id }) => [app_id, { id }]));
    return { apns: of('apns'), fcm: of('fcm'), webpush: of('webpush') };
  }

  /**
   * Opens one credential to send notifications with; undefined when it is gone.
   *
   * @throws SealBroken when the master key that sealed it is missing, or the row was tampered with.
   */
  async open(sql: Sql, credentialId: Uuid): Promise<AnyCredential | undefined> {
    const row = await readCredential(sql, credentialId);
    if (row === undefined || row.provider === 'stripe' || row.provider === 'braintree') return undefined;
    return this.opened(row, row.provider);
  }

  /**
   * Opens the keys of a Stripe account; undefined when they are gone.
   *
   * @throws SealBroken as `open` does.
   */
  async openStripe(sql: Sql, credentialId: Uuid): Promise<StoredCredential<StripeCredential> | undefined> {
    const row = await readCredential(sql, credentialId);
    if (row?.provider !== 'stripe') return undefined;
    const { id, app_id: appId, version } = row;
    return { id, appId, version, provider: 'stripe', secret: stripeCredential.parse(this.unsealed(row)) };
  }

  /**
   * Opens the keys of a Braintree merchant; undefined when they are gone.
   *
   * @throws SealBroken as `open` does.
   */
  async openBraintree(sql: Sql, credentialId: Uuid): Promise<StoredCredential<BraintreeCredential> | undefined> {
    const row = await readCredential(sql, credentialId);
    if (row?.provider !== 'braintree') return undefined;
    const { id, app_id: appId, version } = row;
    return { id, appId, version, provider: 'braintree', secret: braintreeCredential.parse(this.unsealed(row)) };
  }

  private opened(row: CredentialRow, provider: Provider): AnyCredential {
    const { id, version, app_id: appId } = row;
    const secret = this.unsealed(row);
    switch (provider) {
      case 'apns':
        return { id, appId, version, provider, secret: apnsCredential.parse(secret) };
      case 'fcm':
        return { id, appId, version, provider, secret: fcmCredential.parse(secret) };
      case 'webpush':
        return { id, appId, version, provider, secret: webPushCredential.parse(secret) };
    }
  }

  private unsealed({ sealed, app_id: appId }: CredentialRow): unknown {
    return JSON.parse(this.envelope.open(sealed, credentialContext(appId)).toString());
  }
}
