import type { SignOutReason, Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { unlinked } from '../linking.js';
import { FORGET_REFRESH_TOKEN } from '../linking/identities.queries.js';
import {
  DROP_PASSWORD,
  NOTICED_IDENTITY,
  PURGE_IDENTITY,
  RESUME_IDENTITY,
  SEE_NOTICE,
  SUSPEND_IDENTITY,
  WITHDRAW_IDENTITY,
} from './notices.queries.js';
import type { ProviderNotice } from './provider-notice.js';

export interface NoticeDeskParts {
  readonly database: Database;
  readonly sessions: {
    revokeAll(
      tx: Sql,
      user: { readonly appId: Uuid; readonly userId: Uuid; readonly reason: SignOutReason },
    ): Promise<number>;
  };
}

interface NoticedRow {
  readonly id: Uuid;
  readonly user_id: Uuid;
  readonly provider: string;
}

/** Acts on what providers tell of people's accounts, each notice once, in the transaction that writes down that it was seen. */
export class NoticeDesk {
  constructor(private readonly parts: NoticeDeskParts) {}

  /** @returns what became of it; about somebody who is nobody here, nothing does. */
  async take(appId: Uuid, issuer: string, notice: ProviderNotice): Promise<'done' | 'repeated' | 'nobody'> {
    return this.parts.database.transaction(async (tx) => {
      const { rows: seen } = await tx.query(SEE_NOTICE, [appId, issuer, notice.jti]);
      if (seen[0] === undefined) return 'repeated';
      if (notice.subject === undefined) return 'nobody';
      const { rows } = await tx.query<NoticedRow>(NOTICED_IDENTITY, [appId, issuer, notice.subject]);
      if (rows[0] === undefined) return 'nobody';
      await this.act(tx, appId, rows[0], notice);
      return 'done';
    });
  }

  private async act(tx: Sql, appId: Uuid, identity: NoticedRow, { kind }: ProviderNotice): Promise<void> {
    const { id, user_id: userId, provider } = identity;
    const signOut = (reason: SignOutReason) => this.parts.sessions.revokeAll(tx, { appId, userId, reason });
    switch (kind) {
      case 'consent_revoked':
        // The row stays: whoever comes again by the same identity finds their account, and no empty new one.
        await tx.query(WITHDRAW_IDENTITY, [id]);
        await append(tx, [unlinked(appId, userId, id, provider, kind)]);
        await signOut('revoked');
        return;
      case 'account_deleted':
        await tx.query(PURGE_IDENTITY, [id]);
        await append(tx, [unlinked(appId, userId, id, provider, kind)]);
        await signOut('revoked');
        return;
      case 'sessions_revoked':
        await signOut('revoked');
        return;
      case 'tokens_revoked':
        await tx.query(FORGET_REFRESH_TOKEN, [id]);
        return;
      case 'account_disabled':
        await tx.query(SUSPEND_IDENTITY, [id]);
        return;
      case 'account_hijacked':
        await tx.query(SUSPEND_IDENTITY, [id]);
        await tx.query(DROP_PASSWORD, [userId]);
        await signOut('not_me');
        return;
      case 'account_enabled':
        await tx.query(RESUME_IDENTITY, [id]);
        return;
      case 'other':
        return;
    }
  }
}
