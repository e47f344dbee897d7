import { EVENT_TYPES, parseId } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append, runConsumer, type LoggedEvent } from '@signalbox/event-log';
import type { Logger } from '@signalbox/telemetry';
import { LIFT_HOLDS, WAKE_WORK_OF_CREDENTIAL } from './hold.queries.js';

/**
 * Follows the feed for changed credentials: what was held because of the old one is due at once with the new one.
 * Processes take turns under one name.
 */
export function liftHoldsOnRotation(database: Database, logger: Logger, signal: AbortSignal): Promise<void> {
  return runConsumer({
    database,
    name: 'push.credential-changes',
    startFrom: 'now',
    pollMs: 1_000,
    signal,
    handle: async (tx, events) => {
      for (const event of events) {
        if (event.type === 'credential.changed') await liftHold(tx, event);
      }
    },
    onError: (error) => logger.warn({ err: error }, 'changes of credentials could not be read; trying again'),
  });
}

async function liftHold(tx: Sql, event: LoggedEvent): Promise<void> {
  const { credentialId } = EVENT_TYPES['credential.changed'].parse(event.data);
  const credential = parseId('credential', credentialId);
  const { rowCount } = await tx.query(LIFT_HOLDS, [credential]);
  if (rowCount === 0) return;
  await tx.query(WAKE_WORK_OF_CREDENTIAL, [credential]);
  await append(tx, [
    {
      appId: event.appId,
      type: 'hold.lifted',
      subject: credentialId,
      data: { credentialId, reason: 'credential_changed' },
    },
  ]);
}
