import type { Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import { placeHold } from '../holds/holds.js';
import type { AttemptLog } from './attempt-log.js';

/** Between two probes of a provider that does not answer. Not longer the longer it lasts: a probe is one message. */
const HOLD_MS = 5_000;

/** What an open breaker does: the credential is on hold in every process, until a probe gets an answer. */
export function holdWhenOpen(
  database: Database,
  provider: Provider,
  attempts: AttemptLog,
  logger: Logger,
): (credential: Uuid) => void {
  return (credential) => {
    attempts.breakerOpened(provider, credential);
    const hold = { scope: 'credential', ms: HOLD_MS, longest: HOLD_MS, reason: 'provider_does_not_answer' } as const;
    placeHold(database, credential, hold).catch((error: unknown) =>
      logger.warn(
        { err: error, provider },
        'the hold of an open breaker was not written; this process stops by itself',
      ),
    );
  };
}
