import { formatId, type Uuid } from '@signalbox/contracts';
import { type CredentialSummary, type Envelope, type NewCredential, saveCredential } from '@signalbox/credentials';
import { type PrismaClient, prismaSql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { CredentialView, StoredCredentialView } from './credential.schemas.js';

/** What apps show to their push providers: goes in as a secret, comes out as a summary. */
export class CredentialVault {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly envelope: Envelope,
  ) {}

  /** Stores the first version or the next one. Workers notice the new version at their next claim. */
  async put(credential: NewCredential): Promise<CredentialView> {
    const { appId, provider } = credential;
    return this.prisma.$transaction(async (tx) => {
      const sql = prismaSql(tx);
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
