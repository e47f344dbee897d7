import { parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { recordIdOf } from './record-id.js';
import { DELETE_RECORD, FIND_RECORD, SAVE_RECORD } from './records.queries.js';

/** Methods of the engine's port for things that we do not have: devices without a browser, and sessions found by other names. */
export const NOT_KEPT: Pick<Adapter, 'findByUserCode' | 'findByUid' | 'consume' | 'revokeByGrantId'> = {
  findByUserCode: () => Promise.resolve(),
  findByUid: () => Promise.resolve(),
  consume: () => Promise.resolve(),
  revokeByGrantId: () => Promise.resolve(),
};

/** Keeps what the engine keeps, and never the value by which it is found. */
export function recordAdapter(database: Database, kind: string): Adapter {
  return {
    ...NOT_KEPT,
    async upsert(id, payload, seconds) {
      const grantId = grantOf(kind, id, payload);
      await database.query(SAVE_RECORD, [kind, recordIdOf(id), grantId, withoutValues(payload), seconds]);
    },
    async find(id) {
      const { rows } = await database.query<{ payload: AdapterPayload; consumed: boolean }>(FIND_RECORD, [
        kind,
        recordIdOf(id),
      ]);
      const row = rows[0];
      return row && { ...row.payload, jti: id, ...(row.consumed ? { consumed: true } : {}) };
    },
    async destroy(id) {
      await database.query(DELETE_RECORD, [kind, recordIdOf(id)]);
    },
  };
}

/** Grants, and what is issued under one, belong to a session: a grant's id is the session's. */
function grantOf(kind: string, id: string, payload: AdapterPayload): string | null {
  const grantId = kind === 'Grant' ? id : payload.grantId;
  return grantId === undefined ? null : (parseId('session', grantId) ?? null);
}

/** What is kept of it: all but the value that opens it, and that of a browser session that it may carry along. */
export function withoutValues({ jti: _jti, session, ...payload }: AdapterPayload): string {
  if (session === undefined) return JSON.stringify(payload);
  const { cookie: _cookie, ...rest } = session;
  return JSON.stringify({ ...payload, session: rest });
}
