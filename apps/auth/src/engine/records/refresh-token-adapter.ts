import { parseId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import Provider, { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { UserRow } from '../../users/user-row.js';
import { requestMemory, type SessionClaims } from '../request-memory.js';
import { OtherSuccessor, type Successors } from '../successor.js';
import { NOT_KEPT, withoutValues } from './record-adapter.js';
import { recordIdOf } from './record-id.js';
import { FIND_REFRESH_TOKEN, ROTATE_REFRESH_TOKEN, SAVE_FIRST_REFRESH_TOKEN } from './records.queries.js';

const KIND = 'RefreshToken';
/** Seconds for which a token that is bound to no key may be sent again. Bounded: a thief who is that quick shares the family unseen. */
const GRACE_SECONDS = 60;

/** Somebody used a session: what is known of where it was before. */
export interface Refreshed {
  readonly sessionId: Uuid;
  readonly ip: string;
  readonly prefix: string | null;
  readonly country: string | null;
}

export interface RefreshTokenParts {
  readonly database: Database;
  readonly successors: Successors;
  /** The family's first token is about to be kept, in this transaction. @returns false where its session has ended. */
  readonly activate: (tx: Sql, sessionId: Uuid, jkt: string | undefined) => Promise<boolean>;
  /** A token was used twice, or a client gave it back: its session ends. */
  readonly end: (sessionId: Uuid) => Promise<void>;
  readonly onRefreshed: (refreshed: Refreshed) => void;
}

interface FoundRow extends UserRow, Omit<SessionClaims, 'id'> {
  readonly payload: AdapterPayload;
  readonly consumed: boolean;
  readonly successor: Buffer | null;
  readonly grant_payload: AdapterPayload | null;
  readonly revoked_reason: string | null;
}

/**
 * Refresh tokens. The engine reads, consumes and saves one after the other; here consuming and saving are one statement, so that of
 * any number of parallel refreshes there is one successor, and nobody can die between the two.
 */
export function refreshTokenAdapter(parts: RefreshTokenParts): Adapter {
  const { database, successors } = parts;
  return {
    ...NOT_KEPT,
    async find(id) {
      const { rows } = await database.query<FoundRow>(FIND_REFRESH_TOKEN, [
        KIND,
        recordIdOf(id),
        GRACE_SECONDS,
        successors.idsOf(id),
      ]);
      const row = rows[0];
      if (row === undefined) return undefined;
      if (row.revoked_reason !== null && Provider.ctx?.oidc.route === 'token') throw signedOut(row.revoked_reason);
      remember(row);
      return { ...row.payload, jti: id, ...(row.consumed ? { consumed: true } : {}) };
    },
    async upsert(id, payload, seconds) {
      const sessionId = sessionOf(payload.grantId);
      const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken;
      if (rotated === undefined) await begin(parts, sessionId, id, payload, seconds);
      else await rotate(parts, sessionId, { old: rotated.jti, id, payload, seconds });
    },
    // It stays until it expires, to say why it counts no longer; its session, which ends with it, is what keeps it out.
    destroy: () => Promise.resolve(),
    revokeByGrantId: (grantId) => parts.end(sessionOf(grantId)),
  };
}

async function begin(
  { database, activate }: RefreshTokenParts,
  sessionId: Uuid,
  id: string,
  payload: AdapterPayload,
  seconds: number | undefined,
): Promise<void> {
  await database.transaction(async (tx) => {
    const { jkt } = payload as { jkt?: string };
    if (!(await activate(tx, sessionId, jkt))) throw new errors.InvalidGrant('its session has ended');
    await tx.query(SAVE_FIRST_REFRESH_TOKEN, [recordIdOf(id), sessionId, withoutValues(payload), seconds]);
  });
}

interface Step {
  readonly old: string;
  readonly id: string;
  readonly payload: AdapterPayload;
  readonly seconds: number | undefined;
}

async function rotate(parts: RefreshTokenParts, sessionId: Uuid, { old, id, payload, seconds }: Step): Promise<void> {
  const { rows } = await parts.database.query<{
    alive: number;
    rotated: number;
    successor: Buffer | null;
    prefix: string | null;
    country: string | null;
  }>(ROTATE_REFRESH_TOKEN, [
    KIND,
    recordIdOf(old),
    GRACE_SECONDS,
    parts.successors.idsOf(old),
    sessionId,
    recordIdOf(id),
    withoutValues(payload),
    seconds,
  ]);
  const { alive, rotated, successor, prefix, country } = rows[0]!;
  if (alive === 0) throw new errors.InvalidGrant('its session has ended');
  if (rotated === 0) {
    await parts.end(sessionId);
    throw new errors.InvalidGrant('refresh token already used');
  }
  if (successor?.equals(recordIdOf(id)) === false) throw new OtherSuccessor(successor);
  parts.onRefreshed({ sessionId, ip: Provider.ctx?.ip ?? '', prefix, country });
}

function remember(row: FoundRow): void {
  const memory = requestMemory();
  const {
    payload,
    grant_payload,
    auth_time,
    acr,
    amr,
    app_id,
    email,
    email_verified_at,
    name,
    locale,
    signed_out_at,
    status,
  } = row;
  const { grantId = '', accountId } = payload;
  memory.successor = row.successor ?? undefined;
  memory.session = { id: sessionOf(grantId), auth_time, acr, amr };
  if (grant_payload !== null) memory.grant = { id: grantId, payload: { ...grant_payload, jti: grantId } };
  const userId = accountId === undefined ? undefined : parseId('user', accountId);
  if (userId !== undefined)
    memory.user = { id: userId, app_id, email, email_verified_at, name, locale, signed_out_at, status };
}

function sessionOf(grantId: string | undefined): Uuid {
  const id = grantId === undefined ? undefined : parseId('session', grantId);
  if (id === undefined) throw new Error(`the grant ${grantId} is not that of a session`);
  return id;
}

/** Says why, so that an app can tell its user, and support can find out. */
function signedOut(reason: string): errors.InvalidGrant {
  const error = new errors.InvalidGrant(`its session ended: ${reason}`);
  error.error_description = `the session ended: ${reason}`;
  return error;
}
