import { EVENT_TYPES, parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { runConsumer } from '@signalbox/event-log';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { liftHold } from './holds.js';

/**
 * Follows the feed for changed credentials: what was held because of the old one is due at once with the new one.
 * Processes take turns under one name.
 */
export function liftHoldsOnRotation(database: Database, logger: Logger, signal: AbortSignal): Promise<void> {
  return runConsumer({
    database,
    name: 'push.credential-changes',
    startFrom: 'now',
    types: ['credential.changed'],
    pollMs: 1_000,
    signal,
    handle: async (tx, events) => {
      for (const event of events) {
        const { credentialId } = EVENT_TYPES['credential.changed'].parse(event.data);
        const credential = parseId('credential', credentialId);
        if (credential !== undefined) await liftHold(tx, credential, 'credential_changed');
      }
    },
    onError: atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn({ err: error, keptBack }, 'changes of credentials could not be read; trying again'),
    ),
  });
}
