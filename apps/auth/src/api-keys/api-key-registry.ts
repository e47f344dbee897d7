import { writeRevocations } from '@signalbox/access';
import { formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import { type PrismaClient, prismaSql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import type { App } from '../apps/app-registry.js';
import { type Page, toPage } from '@signalbox/http';
import type { ApiKeyView, CreatedApiKey, NewApiKey } from './api-key.schemas.js';
import { makeKey, makeUserTokenSecret } from './key-material.js';

/** The API keys of all apps. A key is shown at its making only; here lives its hash. */
export class ApiKeyRegistry {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly envelope: Envelope,
  ) {}

  async create(app: App, { kind, name, scopes, expiresAt, allowedCidrs }: NewApiKey): Promise<CreatedApiKey> {
    const id = newUuid();
    const { key, hash, hint } = makeKey(kind, app.mode);
    const userTokenSecret = kind === 'publishable' ? makeUserTokenSecret(app.mode) : undefined;
    const row = await this.prisma.$transaction(async (tx) => {
      const made = await tx.apiKey.create({
        data: {
          id,
          appId: app.id,
          kind,
          name,
          hint,
          hash: new Uint8Array(hash),
          scopes,
          allowedCidrs,
          expiresAt: expiresAt ?? null,
          userTokenSecret: userTokenSecret === undefined ? null : this.seal(app.id, userTokenSecret),
        },
        select: SHOWN,
      });
      const keyId = formatId('key', id);
      await append(prismaSql(tx), [
        { appId: app.id, type: 'api_key.created', subject: keyId, data: { keyId, kind, scopes, allowedCidrs } },
      ]);
      return made;
    });
    return { ...view(row), key, ...(userTokenSecret === undefined ? {} : { userTokenSecret }) };
  }

  /** Keys of one app in the order they were made, revoked ones too, behind the key `after` (a public id). */
  async list(appId: Uuid, after: string | undefined, limit: number): Promise<Page<ApiKeyView>> {
    const from = after === undefined ? undefined : parseId('key', after);
    if (after !== undefined && from === undefined) return { items: [], next: null };
    const rows = await this.prisma.apiKey.findMany({
      where: { appId, ...(from === undefined ? {} : { id: { gt: from } }) },
      select: SHOWN,
      orderBy: { id: 'asc' },
      take: limit + 1,
    });
    return toPage(rows.map(view), limit);
  }

  /** Ends a key for good. Ending it again changes nothing. Returns whether there is such a key. */
  async revoke(publicId: string): Promise<boolean> {
    const id = parseId('key', publicId);
    if (id === undefined) return false;
    return this.prisma.$transaction(async (tx) => {
      const known = await tx.apiKey.findUnique({ where: { id }, select: { appId: true } });
      if (known === null) return false;
      // The update decides who revoked it: of two at the same time, one changes a row and tells the event.
      const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
      if (count === 1) {
        const keyId = formatId('key', id);
        await writeRevocations(prismaSql(tx), [{ kind: 'key', value: keyId }]);
        await append(prismaSql(tx), [{ appId: known.appId, type: 'api_key.revoked', subject: keyId, data: { keyId } }]);
      }
      return true;
    });
  }

  private seal(appId: Uuid, secret: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.envelope.seal(secret, { appId, table: 'api_key', column: 'user_token_secret' }));
  }
}

/** Every column but the hash and the sealed secret: what is not read cannot leak. */
const SHOWN = {
  id: true,
  appId: true,
  kind: true,
  name: true,
  hint: true,
  scopes: true,
  createdAt: true,
  revokedAt: true,
  expiresAt: true,
  allowedCidrs: true,
} as const;

interface ShownRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly kind: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly allowedCidrs: string[];
}

function view(row: ShownRow): ApiKeyView {
  return {
    id: formatId('key', row.id),
    appId: formatId('app', row.appId),
    kind: row.kind === 'publishable' ? 'publishable' : 'secret',
    name: row.name,
    hint: row.hint,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    allowedCidrs: row.allowedCidrs,
  };
}
