import type { Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import type { Flags } from '@signalbox/flags';
import { HELD_BY_FLAG } from '../holds/hold.queries.js';
import type { Passage } from '../holds/holds.js';

/** By then the hold is written, which offers nothing of it and wakes it when the flag is turned on; or Postgres was away, and this is asked again. */
const WHILE_OFF_MS = 15_000;

/**
 * What this process's own flags stop, whatever holds say: those of flags are leases, which run out where Postgres is away for longer than
 * they last. Undefined: nothing.
 */
export function heldByOwnFlag(flags: Flags, provider: Provider, app: Uuid): Passage | undefined {
  if (flags.whyOff(`push.${provider}`, app) === undefined) return undefined;
  return { passage: 'wait', ms: WHILE_OFF_MS, reason: HELD_BY_FLAG };
}
