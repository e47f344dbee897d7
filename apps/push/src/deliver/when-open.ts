import type { Provider } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import { IS_KEPT_CLOSED } from '../breakers/breaker.queries.js';
import type { BreakerStates } from '../breakers/breaker-states.js';
import { placeHold } from '../holds/holds.js';
import { DOES_NOT_ANSWER } from '../holds/operators-hold.js';
import type { AttemptLog } from './attempt-log.js';
import type { BreakerEvents } from './credential-breakers.js';

/** Between two probes of a provider that does not answer. Not longer the longer it lasts: a probe is one message. */
const HOLD_MS = 5_000;

export interface WhenOpenParts {
  readonly database: Database;
  readonly attempts: AttemptLog;
  readonly states: BreakerStates;
  readonly logger: Logger;
}

/**
 * What an open breaker does, unless an operator keeps it closed: with `placesHold` the credential is on hold in every process, until a probe gets
 * an answer.
 */
export function whenOpen(
  provider: Provider,
  placesHold: boolean,
  { database, attempts, states, logger }: WhenOpenParts,
): BreakerEvents {
  return {
    async opened(credential, service, answers) {
      attempts.breakerOpened(provider, credential);
      try {
        const isKeptClosed = (await database.query(IS_KEPT_CLOSED, [credential])).rowCount > 0;
        states.opened(credential, service, isKeptClosed ? 'let_through' : 'open', answers);
        if (isKeptClosed) return true;
        const hold = { scope: 'credential', ms: HOLD_MS, longest: HOLD_MS, reason: DOES_NOT_ANSWER } as const;
        if (placesHold) await placeHold(database, credential, hold);
      } catch (error) {
        logger.warn(
          { err: error, provider },
          'the hold of an open breaker was not written; this process stops by itself',
        );
      }
      return false;
    },
    closed: (credential, service) => states.closed(credential, service),
  };
}
