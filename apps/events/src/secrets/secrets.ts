import { formatId, newUuid, type CreatedWebhookSecret, type Uuid, type WebhookSecretView } from '@signalbox/contracts';
import type { Envelope, SealContext } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { formatSymmetric, publicKeyOf, type SecretMaterial } from './secret-material.js';
import { EXPIRE_OTHERS, INSERT_SECRET, SEALED_SECRETS, VALID_SECRETS } from './secret.queries.js';
import { signerOf, type Signer } from './sign.js';

interface SecretRow {
  readonly id: Uuid;
  readonly endpointId: Uuid;
  readonly kind: 'symmetric' | 'ed25519';
  readonly publicKey: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** The signing secrets of endpoints, sealed. */
export class Secrets {
  constructor(private readonly envelope: Envelope) {}

  async add(tx: Sql, appId: Uuid, endpointId: Uuid, material: SecretMaterial): Promise<CreatedWebhookSecret> {
    const sealed = this.envelope.seal(material.bytes, contextOf(appId));
    const publicKey = publicKeyOf(material) ?? null;
    const { rows } = await tx.query<SecretRow>(INSERT_SECRET, [
      newUuid(),
      endpointId,
      material.kind,
      sealed,
      publicKey,
    ]);
    const view = viewOf(rows[0]!);
    return material.kind === 'symmetric' ? { ...view, secret: formatSymmetric(material) } : view;
  }

  /** Lets the endpoint's other secrets sign for so many seconds longer. */
  async expireOthers(tx: Sql, endpointId: Uuid, secret: Uuid, seconds: number): Promise<void> {
    await tx.query(EXPIRE_OTHERS, [endpointId, secret, seconds]);
  }

  /** Those that sign now, newest first, by endpoint. */
  async validOf(sql: Sql, endpoints: readonly Uuid[]): Promise<Map<Uuid, WebhookSecretView[]>> {
    const { rows } = await sql.query<SecretRow>(VALID_SECRETS, [endpoints]);
    const byEndpoint = Map.groupBy(rows, (row) => row.endpointId);
    return new Map([...byEndpoint].map(([endpoint, secrets]) => [endpoint, secrets.map(viewOf)]));
  }

  /** @throws SealBroken when this process lacks the master key that sealed one of them. */
  async signersOf(sql: Sql, appId: Uuid, endpointId: Uuid): Promise<Signer[]> {
    const { rows } = await sql.query<{ kind: SecretMaterial['kind']; sealed: Uint8Array }>(SEALED_SECRETS, [
      endpointId,
    ]);
    return rows.map(({ kind, sealed }) => signerOf({ kind, bytes: this.envelope.open(sealed, contextOf(appId)) }));
  }
}

/** Where `webhook_secret.sealed` lives. */
function contextOf(appId: Uuid): SealContext {
  return { appId, table: 'webhook_secret', column: 'sealed' };
}

function viewOf(row: SecretRow): WebhookSecretView {
  return {
    id: formatId('webhookSecret', row.id),
    kind: row.kind,
    ...(row.publicKey === null ? {} : { publicKey: row.publicKey }),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
}
