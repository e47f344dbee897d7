import type { Database } from '@signalbox/database';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { recordAdapter } from './record-adapter.js';
import { FIND_SESSION_BY_UID } from './records.queries.js';

/** Sessions of browsers. What is found by another name than the cookie's can be looked at, and not be kept: its own name is unknown. */
export function sessionAdapter(database: Database): Adapter {
  return {
    ...recordAdapter(database, 'Session'),
    async findByUid(uid) {
      const { rows } = await database.query<{ payload: AdapterPayload }>(FIND_SESSION_BY_UID, [uid]);
      return rows[0]?.payload;
    },
  };
}
