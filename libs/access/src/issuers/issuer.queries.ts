import type { Uuid, UserScope } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';

export interface IssuerRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly mode: 'live' | 'test';
  readonly issuer: string;
  readonly audience: string;
  readonly audienceClaim: 'aud' | 'client_id' | 'azp';
  readonly jwksUri: string;
  readonly algorithms: string[];
  readonly userClaim: string;
  readonly scopes: UserScope[];
  readonly version: string;
}

/** All of them: they are few, and a stranger's token must not cause a look-up. Reads the table, and app_pkey. */
export async function readIssuers(sql: Sql): Promise<IssuerRow[]> {
  const { rows } = await sql.query<IssuerRow>(
    `SELECT i.id, i.app_id AS "appId", a.mode, i.issuer, i.audience, i.audience_claim AS "audienceClaim",
       i.jwks_uri AS "jwksUri", i.algorithms, i.user_claim AS "userClaim", i.scopes, i.updated_at::text AS version
     FROM token_issuer i JOIN app a ON a.id = i.app_id ORDER BY i.id`,
  );
  return rows;
}
