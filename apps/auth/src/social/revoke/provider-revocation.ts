import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import { clientSecretOf } from '../calls/relying-party.js';
import { parseStrictJson } from '../calls/strict-json.js';
import type { ProviderCalls } from '../calls/provider-calls.js';
import { ofStatus } from '../calls/trouble-of-error.js';
import { ProviderTrouble } from '../calls/trouble.js';
import { refreshTokenContext } from '../linking.js';
import { FORGET_REFRESH_TOKEN, REVOCABLE_IDENTITIES } from '../linking/identities.queries.js';
import type { ProviderStore } from '../providers/provider-store.js';

/** An identity, and the token of it that the provider may take back. */
interface Revocable {
  readonly id: Uuid;
  readonly app_id: Uuid;
  readonly provider: string;
  readonly client_id: string;
  readonly refresh_token: Buffer | null;
}

/** What came of asking the providers, and how many took a token back. `failed`: try again later; what is done is done. */
export interface Revoked {
  readonly end: 'done' | 'failed';
  readonly told: number;
}

/**
 * Takes back at the providers what they let us do, as Apple demands when an account is deleted (App Review 5.1.1 v). Each token is
 * forgotten as soon as its provider has taken it back, so it may be asked for again and again.
 */
export class ProviderRevocation {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly envelope: Envelope;
      readonly providers: ProviderStore;
      readonly calls: ProviderCalls;
      readonly logger: Logger;
    },
  ) {}

  /** Everything of one user's, for whoever deletes them; before their identities are deleted. */
  async revokeAtProvider(userId: Uuid): Promise<Revoked> {
    const { database } = this.parts;
    const { rows } = await database.query<Revocable>(REVOCABLE_IDENTITIES, [userId]);
    let told = 0;
    for (const identity of rows) {
      if (!(await this.tryOnce(identity))) continue;
      await database.query(FORGET_REFRESH_TOKEN, [identity.id]);
      told += 1;
    }
    return { end: told === rows.length ? 'done' : 'failed', told };
  }

  /** @returns whether there is nothing (any more) to take back. Never throws. */
  async tryOnce(identity: Revocable): Promise<boolean> {
    try {
      await this.revoke(identity);
      return true;
    } catch (error) {
      const trouble = error instanceof ProviderTrouble ? error.trouble : undefined;
      this.parts.logger.warn(
        { provider: identity.provider, trouble, err: error },
        'a provider did not take a token back',
      );
      return false;
    }
  }

  /** @throws ProviderTrouble */
  private async revoke({
    app_id: appId,
    provider: name,
    client_id: clientId,
    refresh_token,
  }: Revocable): Promise<void> {
    const { envelope, providers, calls } = this.parts;
    const provider = refresh_token === null ? undefined : await providers.find(appId, name);
    const endpoint = provider?.metadata.revocationEndpoint;
    // Without the provider's secrets nobody can ask it.
    if (refresh_token === null || provider === undefined || endpoint === undefined) return;
    const token = envelope.open(refresh_token, refreshTokenContext(appId)).toString();
    const secret = await clientSecretOf(provider, clientId);
    const form = { token, token_type_hint: 'refresh_token', client_id: clientId, client_secret: secret };
    const answer = await calls.post(endpoint, form, calls.inBackground(provider.allowPrivate));
    if (answer.ok || (await saysGone(answer))) return;
    throw new ProviderTrouble(ofStatus(answer.status) ?? 'refused');
  }
}

/** Google calls a token invalid that was taken back before. */
async function saysGone(answer: Response): Promise<boolean> {
  if (answer.status !== 400) return false;
  try {
    const said = parseStrictJson(await answer.text());
    return typeof said === 'object' && said !== null && 'error' in said && said.error === 'invalid_token';
  } catch {
    return false;
  }
}
