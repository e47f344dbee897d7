import type { Database } from '@signalbox/database';
import type { Adapter } from 'oidc-provider';
import { recordAdapter } from './record-adapter.js';

/** Interactions: the address at which one goes on names it, so that address is not kept but made again. */
export function interactionAdapter(database: Database, returnTo: (uid: string) => string): Adapter {
  const records = recordAdapter(database, 'Interaction');
  return {
    ...records,
    upsert: (id, { returnTo: _returnTo, ...payload }, seconds) => records.upsert(id, payload, seconds),
    async find(id) {
      const payload = await records.find(id);
      return payload ? { ...payload, returnTo: returnTo(id) } : undefined;
    },
  };
}
