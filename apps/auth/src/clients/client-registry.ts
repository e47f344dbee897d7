import { writeRevocations } from '@signalbox/access';
import { createHash, randomBytes } from 'node:crypto';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { type PrismaClient, prismaSql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { type Page, toPage } from '@signalbox/http';
import type { App } from '../apps/app-registry.js';
import type { ClientView, CreatedClient, NewClient } from './client.schemas.js';

/** What is kept of a client's secret: it is 256 random bits, so a plain hash is enough. */
export function hashClientSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The OAuth clients of all apps. A secret is shown at its making only; here lives its hash. */
export class ClientRegistry {
  constructor(private readonly prisma: PrismaClient) {}

  async create(app: App, client: NewClient): Promise<CreatedClient> {
    const id = formatId('client', newUuid());
    const jwks = 'jwks' in client ? client.jwks : undefined;
    const secret =
      client.kind === 'native' || jwks !== undefined
        ? undefined
        : `sbcs_${app.mode}_${randomBytes(32).toString('base64url')}`;
    const row = await this.prisma.$transaction(async (tx) => {
      const made = await tx.oauthClient.create({
        data: {
          id,
          appId: app.id,
          name: client.name,
          kind: client.kind,
          secretHash: secret === undefined ? null : new Uint8Array(hashClientSecret(secret)),
          ...(jwks === undefined ? {} : { jwks: JSON.parse(JSON.stringify(jwks)) as object }),
          redirectUris: 'redirectUris' in client ? client.redirectUris : [],
          postLogoutRedirectUris: 'postLogoutRedirectUris' in client ? client.postLogoutRedirectUris : [],
          scopes: [...new Set<string>(client.scopes)],
          resources: client.resources,
          dpopRequired: client.dpopRequired,
        },
      });
      const { kind, scopes } = made;
      await append(prismaSql(tx), [
        { appId: app.id, type: 'client.created', subject: id, data: { clientId: id, kind, scopes } },
      ]);
      return made;
    });
    return { ...view(row), ...(secret === undefined ? {} : { secret }) };
  }

  /** Clients of one app in the order they were made, revoked ones too, behind the client `after`. */
  async list(appId: Uuid, after: string | undefined, limit: number): Promise<Page<ClientView>> {
    const rows = await this.prisma.oauthClient.findMany({
      where: { appId, ...(after === undefined ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: limit + 1,
    });
    return toPage(rows.map(view), limit);
  }

  /** Ends a client for good, and every token that it has. @returns whether there is such a client. */
  async revoke(id: string): Promise<boolean> {
    return this.prisma.$transaction(async (tx) => {
      const known = await tx.oauthClient.findUnique({ where: { id }, select: { appId: true } });
      if (known === null) return false;
      const { count } = await tx.oauthClient.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt: new Date() },
      });
      if (count === 1) {
        await writeRevocations(prismaSql(tx), [{ kind: 'client', value: id }]);
        await append(prismaSql(tx), [
          { appId: known.appId, type: 'client.revoked', subject: id, data: { clientId: id } },
        ]);
      }
      return true;
    });
  }
}

interface ClientRow {
  readonly id: string;
  readonly appId: Uuid;
  readonly name: string;
  readonly kind: string;
  readonly secretHash: Uint8Array | null;
  readonly jwks: unknown;
  readonly redirectUris: string[];
  readonly postLogoutRedirectUris: string[];
  readonly scopes: string[];
  readonly resources: string[];
  readonly dpopRequired: boolean;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

function view(row: ClientRow): ClientView {
  return {
    id: row.id,
    appId: formatId('app', row.appId),
    name: row.name,
    kind: row.kind as ClientView['kind'],
    authentication: row.jwks !== null ? 'private_key_jwt' : row.secretHash === null ? 'none' : 'client_secret_basic',
    redirectUris: row.redirectUris,
    postLogoutRedirectUris: row.postLogoutRedirectUris,
    scopes: row.scopes,
    resources: row.resources,
    dpopRequired: row.dpopRequired,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
