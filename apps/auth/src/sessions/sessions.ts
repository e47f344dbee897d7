import { writeRevocations } from '@signalbox/access';
import { formatId, newUuid, type SignOutReason, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import { deviceHash } from '../anomalies/device-hash.js';
import { type SessionRow, type SessionView, viewOfSession } from './session-view.js';
import {
  ACTIVATE_SESSION,
  BEGIN_SESSION,
  CLOSE_GRACE,
  FORGET_DEVICES,
  FORGET_GRANTS,
  FORGET_HALF_SIGN_INS,
  HOLD_OWNERS,
  LIST_SESSIONS,
  LIVE_SESSION_IDS,
  REVOKE_SESSIONS,
  SESSION_OWNER,
  SIGN_BROWSERS_OUT,
  SUPERSEDED_SESSIONS,
} from './sessions.queries.js';

/** A session before anybody has its tokens. */
export interface NewSession {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly clientId: string;
  /** What is proven about the device. */
  readonly deviceId?: string | undefined;
  /** What the app calls its installation: a second sign-in of the same one ends the first session. */
  readonly installation?: string | undefined;
  readonly deviceName?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly prefix?: string | undefined;
  readonly country?: string | undefined;
  /** What was unusual about the sign-in, to be told when the device fetches its tokens. */
  readonly anomaly?: object | undefined;
  readonly authTime: Date;
  readonly acr: string;
  readonly amr: readonly string[];
  /** The device signs in again then, however often it is used. */
  readonly expiresAt: Date;
}

/** A session whose first tokens were just fetched. */
export interface ActivatedSession {
  readonly id: Uuid;
  readonly app_id: Uuid;
  readonly user_id: Uuid;
  readonly client_id: string;
  readonly device_id: string | null;
  readonly installation: string | null;
  readonly device_name: string | null;
  readonly jkt: string | null;
  readonly prefix: string | null;
  readonly country: string | null;
  readonly anomaly: unknown;
  readonly acr: string;
  readonly amr: string[];
}

type TouchedRow = Pick<ActivatedSession, 'id' | 'app_id' | 'user_id' | 'client_id'>;
type EndedRow = TouchedRow & Pick<ActivatedSession, 'device_id'>;

/** Ends after which it is not the user's device, or not the user's alone. */
const DISOWNING: readonly SignOutReason[] = ['not_me', 'refresh_reused', 'code_reused'];

/** The devices that are signed in. Each has one grant and one family of refresh tokens, and ends with all of it at once. */
export class Sessions {
  constructor(private readonly database: Database) {}

  /** @returns its id; the grant's is the public form of it. */
  async begin(tx: Sql, session: NewSession): Promise<Uuid> {
    const id = newUuid();
    const { appId, userId, clientId, deviceId, installation, deviceName } = session;
    const { userAgent, prefix, country, anomaly, authTime, acr, amr, expiresAt } = session;
    await tx.query(BEGIN_SESSION, [
      id,
      appId,
      userId,
      clientId,
      deviceId ?? null,
      deviceName ?? null,
      userAgent?.slice(0, 512) ?? null,
      prefix ?? null,
      country ?? null,
      anomaly === undefined ? null : JSON.stringify(anomaly),
      authTime,
      acr,
      amr,
      expiresAt,
      installation ?? null,
    ]);
    return id;
  }

  /**
   * Its first tokens are handed out: the device is signed in, and what it was signed in with before ends.
   *
   * @param jkt thumbprint of the key that the tokens are bound to, if they are.
   * @returns undefined where the session was revoked before its tokens were fetched.
   */
  async activate(tx: Sql, id: Uuid, jkt: string | undefined): Promise<ActivatedSession | undefined> {
    // As `revokeAll` does: the new session first and then the old ones would be the other way round.
    await tx.query(HOLD_OWNERS, [[id]]);
    const { rows } = await tx.query<ActivatedSession>(ACTIVATE_SESSION, [id, jkt ?? null]);
    const session = rows[0];
    if (session === undefined) return undefined;
    const { app_id: appId, user_id, client_id, device_id, installation, acr, amr } = session;
    const same = [jkt ?? null, installation ?? device_id];
    const older = await tx.query<{ id: Uuid }>(SUPERSEDED_SESSIONS, [user_id, id, client_id, ...same]);
    await this.end(
      tx,
      older.rows.map((row) => row.id),
      'superseded',
    );
    const [subject, userId] = [formatId('session', id), formatId('user', user_id)];
    const data = { userId, sessionId: subject, clientId: client_id, acr, amr };
    await append(tx, [{ appId, type: 'auth.signed_in', subject, data }]);
    return session;
  }

  /** Ends sessions. @returns how many of them were live. */
  async revoke(
    tx: Sql,
    { sessionIds, reason }: { readonly sessionIds: readonly Uuid[]; readonly reason: SignOutReason },
  ): Promise<number> {
    return this.end(tx, sessionIds, reason);
  }

  /** Ends all sessions of a user, but one if told. @returns how many. */
  async revokeAll(
    tx: Sql,
    user: {
      readonly appId: Uuid;
      readonly userId: Uuid;
      readonly except?: Uuid | undefined;
      readonly reason: SignOutReason;
    },
  ): Promise<number> {
    // First: a consent that is under way waits for it, or its session is among those that end.
    await this.signBrowsersOut(tx, user);
    const { rows } = await tx.query<{ id: Uuid }>(LIVE_SESSION_IDS, [user.appId, user.userId, user.except ?? null]);
    return this.end(
      tx,
      rows.map(({ id }) => id),
      user.reason,
    );
  }

  /** Browsers in which the user is signed in, or was about to be, ask again who it is; sessions of devices go on. */
  async signBrowsersOut(tx: Sql, user: { readonly appId: Uuid; readonly userId: Uuid }): Promise<void> {
    await tx.query(SIGN_BROWSERS_OUT, [user.appId, user.userId]);
    // Only now that the user is held: who proved something meanwhile holds it, too, and has written that down.
    await tx.query(FORGET_HALF_SIGN_INS, [user.appId, user.userId]);
  }

  /**
   * Lets whoever holds tokens of these sessions show them anew: access tokens count no longer, and a refresh token that was used
   * before is not taken a second time. The phone notices nothing but one refresh more; of two that share a family, the second one is
   * found out.
   */
  async forceRotation(tx: Sql, sessionIds: readonly Uuid[], reason: string): Promise<void> {
    if (sessionIds.length === 0) return;
    // The caller may take the user afterwards.
    await tx.query(HOLD_OWNERS, [sessionIds]);
    const { rows } = await tx.query<TouchedRow>(CLOSE_GRACE, [sessionIds]);
    // Tokens carry whole seconds: whatever was issued in this one counts as issued before.
    const before = new Date(Math.ceil(Date.now() / 1_000) * 1_000);
    await writeRevocations(
      tx,
      rows.map(({ id }) => ({ kind: 'sid', value: formatId('session', id), before })),
    );
    await append(
      tx,
      rows.map((row): Fact => ({ ...factOf(row), type: 'auth.rotation_forced', data: { ...dataOf(row), reason } })),
    );
  }

  async list(appId: Uuid, userId: Uuid): Promise<SessionView[]> {
    const { rows } = await this.database.query<SessionRow>(LIST_SESSIONS, [appId, userId]);
    return rows.map(viewOfSession);
  }

  async ownerOf(sessionId: Uuid): Promise<{ readonly appId: Uuid; readonly userId: Uuid } | undefined> {
    const { rows } = await this.database.query<{ app_id: Uuid; user_id: Uuid }>(SESSION_OWNER, [sessionId]);
    return rows[0] && { appId: rows[0].app_id, userId: rows[0].user_id };
  }

  private async end(tx: Sql, ids: readonly Uuid[], reason: SignOutReason): Promise<number> {
    if (ids.length === 0) return 0;
    const { rows } = await tx.query<EndedRow>(REVOKE_SESSIONS, [ids, reason]);
    const publicIds = rows.map(({ id }) => formatId('session', id));
    await tx.query(FORGET_GRANTS, [rows.map(({ id }) => id)]);
    if (DISOWNING.includes(reason)) await forgetDevices(tx, rows);
    await writeRevocations(
      tx,
      publicIds.map((value) => ({ kind: 'sid', value })),
    );
    await append(
      tx,
      rows.map((row): Fact => ({ ...factOf(row), type: 'auth.signed_out', data: { ...dataOf(row), reason } })),
    );
    return rows.length;
  }
}

async function forgetDevices(tx: Sql, rows: readonly EndedRow[]): Promise<void> {
  const devices = rows.flatMap(({ user_id, device_id }) =>
    device_id === null ? [] : [[user_id, deviceHash(user_id, device_id)] as const],
  );
  await tx.query(FORGET_DEVICES, [devices.map(([user]) => user), devices.map(([, device]) => device)]);
}

function factOf({ app_id, id }: TouchedRow): { appId: Uuid; subject: string } {
  return { appId: app_id, subject: formatId('session', id) };
}

function dataOf({ id, user_id, client_id }: TouchedRow): { userId: string; sessionId: string; clientId: string } {
  return { userId: formatId('user', user_id), sessionId: formatId('session', id), clientId: client_id };
}
