import type { Database } from '@signalbox/database';
import type { Adapter } from 'oidc-provider';
import { requestMemory } from '../request-memory.js';
import { recordAdapter } from './record-adapter.js';

/** Grants: a refresh has read its own together with its token. */
export function grantAdapter(database: Database): Adapter {
  const records = recordAdapter(database, 'Grant');
  return {
    ...records,
    find(id) {
      const known = requestMemory().grant;
      return known?.id === id ? Promise.resolve(known.payload) : records.find(id);
    },
  };
}
