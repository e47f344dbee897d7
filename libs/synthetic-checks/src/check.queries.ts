import type { CredentialVerdict, SyntheticCheckResult, Uuid } from '@signalbox/contracts';

export type CredentialProvider = 'apns' | 'fcm' | 'webpush' | 'stripe' | 'braintree';

/** Results that a credential's row keeps. */
const KEPT = 20;

export interface TakenRow {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: CredentialProvider;
  readonly deviceId: Uuid | null;
  /** The end of the lease as text: a time of JavaScript's would lose what tells two leases apart. */
  readonly lease: string;
}

/** A new version is tried without waiting for its turn. */
const IS_DUE = `(own.due_at <= now() OR own.checked_at < (SELECT updated_at FROM credential WHERE id = own.credential_id))
  AND coalesce(own.lease_until, '-infinity') <= now()`;

/**
 * Gives one credential that is due to one process, the longest due first; no row: none is, or somebody else was faster. Its conditions
 * are looked at again under the row's lock. $1 providers, $2 milliseconds of the lease. Sequential over credentials and checks, which
 * are few; index: synthetic_check_pkey.
 */
export const TAKE_DUE = `
  INSERT INTO synthetic_check AS own (credential_id, app_id, provider, lease_until)
  SELECT c.id, c.app_id, c.provider, clock_timestamp() + $2 * interval '1 ms'
  FROM credential c LEFT JOIN synthetic_check own ON own.credential_id = c.id
  WHERE c.provider = ANY ($1::text[]) AND (own.credential_id IS NULL OR (${IS_DUE}))
  ORDER BY own.due_at NULLS FIRST LIMIT 1
  ON CONFLICT (credential_id) DO UPDATE SET lease_until = excluded.lease_until WHERE ${IS_DUE}
  RETURNING credential_id AS "credentialId", app_id AS "appId", provider, device_id AS "deviceId", lease_until::text AS lease`;

/**
 * Keeps what came of a check, and says when the next is due. No row: the lease is over, and somebody else has it.
 * $1 credential, $2 lease, $3 milliseconds until the next, $4 verdict, $5 result. Index: synthetic_check_pkey.
 */
export const KEEP_RESULT = `
  UPDATE synthetic_check SET lease_until = NULL, due_at = now() + $3 * interval '1 ms', checked_at = now(), verdict = $4,
    since = CASE WHEN verdict = $4 THEN since ELSE now() END,
    well_at = CASE WHEN $4 IN ('works', 'limited') THEN now() ELSE well_at END,
    results = (
      SELECT jsonb_agg(result ORDER BY place)
      FROM jsonb_array_elements(jsonb_build_array($5::jsonb) || results) WITH ORDINALITY AS kept (result, place)
      WHERE place <= ${KEPT})
  WHERE credential_id = $1 AND lease_until = $2::timestamptz`;

/** It was no time to try. $1 credential, $2 lease, $3 milliseconds. Index: synthetic_check_pkey. */
export const POSTPONE = `
  UPDATE synthetic_check SET lease_until = NULL, due_at = now() + $3 * interval '1 ms'
  WHERE credential_id = $1 AND lease_until = $2::timestamptz`;

/** $1 credential. No row: there is no such credential. Indexes: credential_pkey, synthetic_check_pkey. */
export const WISH = `
  INSERT INTO synthetic_check AS own (credential_id, app_id, provider)
  SELECT id, app_id, provider FROM credential WHERE id = $1
  ON CONFLICT (credential_id) DO UPDATE SET due_at = least(own.due_at, now())
  RETURNING credential_id`;

/**
 * $1 credential, $2 device or null. No row: no such credential, or the device is none of its app's that its provider reaches.
 * Indexes: credential_pkey, device_pkey, synthetic_check_pkey.
 */
export const NAME_DEVICE = `
  INSERT INTO synthetic_check AS own (credential_id, app_id, provider, device_id)
  SELECT id, app_id, provider, $2::uuid FROM credential c
  WHERE id = $1 AND ($2::uuid IS NULL OR EXISTS (
    SELECT FROM device d WHERE d.id = $2 AND d.app_id = c.app_id AND d.status <> 'deleted'
      AND CASE d.target_kind WHEN 'apns' THEN 'apns' WHEN 'webpush' THEN 'webpush' ELSE 'fcm' END = c.provider))
  ON CONFLICT (credential_id) DO UPDATE SET device_id = excluded.device_id, due_at = now()
  RETURNING credential_id`;

export interface ListedRow {
  readonly credentialId: Uuid;
  readonly appId: Uuid;
  readonly provider: CredentialProvider;
  readonly deviceId: Uuid | null;
  readonly verdict: CredentialVerdict | null;
  readonly since: Date | null;
  readonly checkedAt: Date | null;
  readonly wellAt: Date | null;
  readonly dueAt: Date | null;
  readonly results: SyntheticCheckResult[] | null;
}

/** Every credential, tried or not. Sequential over both, which are few. */
export const LIST = `
  SELECT c.id AS "credentialId", c.app_id AS "appId", c.provider, s.device_id AS "deviceId", s.verdict, s.since,
    s.checked_at AS "checkedAt", s.well_at AS "wellAt", s.due_at AS "dueAt", s.results
  FROM credential c LEFT JOIN synthetic_check s ON s.credential_id = c.id
  ORDER BY coalesce(s.verdict IN ('works', 'limited'), true), c.app_id, c.provider`;

export interface FigureRow {
  readonly credentialId: Uuid;
  readonly provider: CredentialProvider;
  readonly isWell: boolean;
  /** Seconds since a result was kept, and since it should have been tried. */
  readonly age: number;
  readonly overdue: number;
}

/** $1 providers. Sequential over the checks, which are few. */
export const FIGURES = `
  SELECT credential_id AS "credentialId", provider, verdict IN ('works', 'limited') AS "isWell",
    extract(epoch FROM now() - checked_at)::float8 AS age, greatest(0, extract(epoch FROM now() - due_at))::float8 AS overdue
  FROM synthetic_check WHERE provider = ANY ($1::text[]) AND verdict IS NOT NULL`;
