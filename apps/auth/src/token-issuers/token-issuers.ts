import { formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import { type PrismaClient, type PrismaRawClient, prismaSql } from '@signalbox/database';
import { policyFor, readTarget } from '@signalbox/egress';
import { append } from '@signalbox/event-log';
import { type Principal, problems } from '@signalbox/http';
import type { App } from '../apps/app-registry.js';
import { refusal } from './issuer-taken.js';
import type { NewTokenIssuer, TokenIssuerView } from './token-issuer.schemas.js';
import { TRUSTED_ALREADY, type TrustedAlready } from './token-issuers.queries.js';

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

  /**
   * Another app's issuer comes beside it by the operator alone: an app that names its neighbour's would be shown the neighbour's users,
   * or make their tokens ambiguous and so keep them out.
   *
   * @throws Problem 422 for what can never be trusted, 409 where another app has the issuer, or the tokens lead to an app already.
   */
  async add(app: App, wanted: NewTokenIssuer, by: Principal['kind']): Promise<TokenIssuerView> {
    const { prisma, ownIssuer, allowPrivate } = this.options;
    const target = readTarget(wanted.jwksUri, policyFor(app.mode, allowPrivate));
    if ('refused' in target) throw problems.invalid([{ pointer: '/jwksUri', reason: target.refused }]);
    if (wanted.issuer === ownIssuer) {
      throw problems.invalid([{ pointer: '/issuer', reason: 'is our own, whose tokens are taken anyway' }]);
    }
    return prisma.$transaction(async (tx) => {
      const id = await insert(tx, app.id, wanted, by);
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

/** Whoever loses against somebody who came first at the same moment looks again, and sees why. @throws Problem 409 */
async function insert(
  tx: Pick<PrismaClient, 'tokenIssuer'> & PrismaRawClient,
  appId: Uuid,
  wanted: NewTokenIssuer,
  by: Principal['kind'],
): Promise<Uuid> {
  const { issuer, audience } = wanted;
  for (;;) {
    const there = (await prismaSql(tx).query<TrustedAlready>(TRUSTED_ALREADY, [issuer])).rows;
    const refused = refusal(there, { appId, audience, by });
    if (refused !== undefined) throw refused;
    const id = newUuid();
    const data = [{ id, appId, ...wanted, holdsIssuer: there.length === 0 }];
    const { count } = await tx.tokenIssuer.createMany({ data, skipDuplicates: true });
    if (count === 1) return id;
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
