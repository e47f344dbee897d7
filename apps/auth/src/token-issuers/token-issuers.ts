import { formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import { type PrismaClient, prismaSql } from '@signalbox/database';
import { policyFor, readTarget } from '@signalbox/egress';
import { append } from '@signalbox/event-log';
import { problems } from '@signalbox/http';
import type { App } from '../apps/app-registry.js';
import type { NewTokenIssuer, TokenIssuerView } from './token-issuer.schemas.js';

export interface TokenIssuersOptions {
  readonly prisma: PrismaClient;
  /** Our own: nobody else may be trusted for it. */
  readonly ownIssuer: string;
  /** Whether apps in test mode may name one on this machine and its network. */
  readonly allowPrivate: boolean;
}

/** Issuers of others whose users an app takes for its own: Auth0, Cognito, Keycloak and their like. */
export class TokenIssuers {
  constructor(private readonly options: TokenIssuersOptions) {}

  /** @throws Problem 422 for what can never be trusted, 409 where the tokens lead to an app already. */
  async add(app: App, wanted: NewTokenIssuer): Promise<TokenIssuerView> {
    const { prisma, ownIssuer, allowPrivate } = this.options;
    const target = readTarget(wanted.jwksUri, policyFor(app.mode, allowPrivate));
    if ('refused' in target) throw problems.invalid([{ pointer: '/jwksUri', reason: target.refused }]);
    if (wanted.issuer === ownIssuer) {
      throw problems.invalid([{ pointer: '/issuer', reason: 'is our own, whose tokens are taken anyway' }]);
    }
    const id = newUuid();
    return prisma.$transaction(async (tx) => {
      const { count } = await tx.tokenIssuer.createMany({
        data: [{ id, appId: app.id, ...wanted }],
        skipDuplicates: true,
      });
      if (count === 0) {
        throw problems.conflict('issuer_taken', 'Tokens of this issuer for this audience lead to an app already.');
      }
      const issuerId = formatId('tokenIssuer', id);
      const { issuer, audience } = wanted;
      await append(prismaSql(tx), [
        { appId: app.id, type: 'token_issuer.added', subject: issuerId, data: { issuerId, issuer, audience } },
      ]);
      return view(await tx.tokenIssuer.findUniqueOrThrow({ where: { id } }));
    });
  }

  async list(appId: Uuid): Promise<{ items: TokenIssuerView[] }> {
    const rows = await this.options.prisma.tokenIssuer.findMany({ where: { appId }, orderBy: { id: 'asc' } });
    return { items: rows.map(view) };
  }

  /** Its tokens are refused within seconds. @returns whether the app has it. */
  async remove(appId: Uuid, publicId: string): Promise<boolean> {
    const id = parseId('tokenIssuer', publicId);
    if (id === undefined) return false;
    return this.options.prisma.$transaction(async (tx) => {
      const { count } = await tx.tokenIssuer.deleteMany({ where: { id, appId } });
      if (count === 0) return false;
      await append(prismaSql(tx), [
        { appId, type: 'token_issuer.removed', subject: publicId, data: { issuerId: publicId } },
      ]);
      return true;
    });
  }
}

interface Row extends Omit<TokenIssuerView, 'createdAt'> {
  readonly createdAt: Date;
}

function view(row: Row): TokenIssuerView {
  const { id, issuer, audience, audienceClaim, jwksUri, algorithms, userClaim, scopes, createdAt } = row;
  return {
    id: formatId('tokenIssuer', id),
    issuer,
    audience,
    audienceClaim,
    jwksUri,
    algorithms,
    userClaim,
    scopes,
    createdAt: createdAt.toISOString(),
  };
}
