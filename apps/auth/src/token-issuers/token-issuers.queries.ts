import type { Uuid } from '@signalbox/contracts';

export interface TrustedAlready {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly audience: string;
}

/** Who trusts an issuer; they stay until the transaction ends. $1 issuer. Index: token_issuer_issuer_audience_key. */
export const TRUSTED_ALREADY = `
  SELECT id, app_id AS "appId", audience FROM token_issuer WHERE issuer = $1 ORDER BY id FOR SHARE`;
