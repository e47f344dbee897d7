import { formatId, type Uuid } from '@signalbox/contracts';
import {
  CredentialReader,
  type CredentialSummary,
  type Envelope,
  type NewCredential,
  saveCredential,
  type WebPushSettings,
} from '@signalbox/credentials';
import { type PrismaClient, prismaSql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { CredentialView, StoredCredentialView } from './credential.schemas.js';
import { withVapidKeys } from './vapid-keys.js';

/** A credential as it is handed in: browsers' keys may be left to us. */
export type GivenCredential =
  | Exclude<NewCredential, { provider: 'webpush' }>
  | { readonly appId: Uuid; readonly provider: 'webpush'; readonly secret: WebPushSettings };

/** What apps show to their push providers: goes in as a secret, comes out as a summary. */
export class CredentialVault {
  private readonly reader: CredentialReader;

  constructor(
    private readonly prisma: PrismaClient,
    private readonly envelope: Envelope,
  ) {
    this.reader = new CredentialReader(envelope);
  }

  /** Stores the first version or the next one. Workers notice the new version at their next claim. */
  async put(given: GivenCredential): Promise<CredentialView> {
    const { appId, provider } = given;
    return this.prisma.$transaction(async (tx) => {
      const sql = prismaSql(tx);
      const credential =
        given.provider === 'webpush'
          ? { ...given, secret: await withVapidKeys(sql, this.reader, appId, given.secret) }
          : given;
      const { id, version, summary } = await saveCredential(sql, this.envelope, credential);
      const credentialId = formatId('credential', id);
      await append(sql, [
        { appId, type: 'credential.changed', subject: credentialId, data: { provider, credentialId, version } },
      ]);
      return { id: credentialId, provider, version, summary };
    });
  }

  async list(appId: Uuid): Promise<{ items: StoredCredentialView[] }> {
    const rows = await this.prisma.credential.findMany({
      where: { appId },
      select: { id: true, provider: true, version: true, summary: true, updatedAt: true },
      orderBy: { provider: 'asc' },
    });
    const items = rows.map((row) => ({
      id: formatId('credential', row.id),
      provider: row.provider,
      version: row.version,
      // Written by saveCredential only, which makes it of strings.
      summary: row.summary as CredentialSummary,
      updatedAt: row.updatedAt.toISOString(),
    }));
    return { items };
  }
}
