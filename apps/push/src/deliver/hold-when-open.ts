import { formatId, type Uuid } from '@signalbox/contracts';
import type { Provider } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { placeHold } from '../holds/holds.js';

/** Between two probes of a provider that does not answer. Not longer the longer it lasts: a probe is one message. */
const HOLD_MS = 5_000;

/** What an open breaker does: the credential is on hold in every process, until a probe gets an answer. */
export function holdWhenOpen(
  database: Database,
  provider: Provider,
  logger: Logger,
  metrics: Metrics,
): (credential: Uuid) => void {
  const opened = metrics.counter('breaker_opened_total', 'Breakers that opened: a provider does not answer', [
    'provider',
  ]);
  return (credential) => {
    opened.inc({ provider });
    logger.warn({ provider, credential: formatId('credential', credential) }, 'the provider does not answer; on hold');
    const hold = { scope: 'credential', ms: HOLD_MS, longest: HOLD_MS, reason: 'provider_does_not_answer' } as const;
    placeHold(database, credential, hold).catch((error: unknown) =>
      logger.warn(
        { err: error, provider },
        'the hold of an open breaker was not written; the breaker alone stays open',
      ),
    );
  };
}
