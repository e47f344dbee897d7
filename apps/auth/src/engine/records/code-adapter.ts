import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { type Adapter, errors } from 'oidc-provider';
import { recordIdOf } from './record-id.js';
import { recordAdapter } from './record-adapter.js';
import { CONSUME_RECORD, GRANT_OF_RECORD } from './records.queries.js';

/** Authorization codes: whoever comes second, and be it in the same moment, gets nothing. */
export function codeAdapter(database: Database, end: (sessionId: Uuid) => Promise<void>): Adapter {
  const kind = 'AuthorizationCode';
  const records = recordAdapter(database, kind);
  return {
    ...records,
    // The session's name in ID tokens, now and after each refresh, is the one that it has in access tokens.
    upsert: (id, payload, seconds) => records.upsert(id, { ...payload, sid: payload.grantId }, seconds),
    async consume(id) {
      const { rowCount } = await database.query(CONSUME_RECORD, [kind, recordIdOf(id)]);
      if (rowCount === 1) return;
      const { rows } = await database.query<{ grant_id: Uuid }>(GRANT_OF_RECORD, [kind, recordIdOf(id)]);
      if (rows[0] !== undefined) await end(rows[0].grant_id);
      throw new errors.InvalidGrant('authorization code already consumed');
    },
  };
}
