import type { Sql } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { deleteExpiredRevocations } from './revocation.queries.js';

const EVERY = 60_000;

/** Deletes revocations that no token can be alive for. For one service to run, that which writes them. */
export function revocationSweep(sql: Sql, logger: Logger): Chore {
  const onTrouble = atMostOnceAMinute((error: unknown, keptBack) =>
    logger.warn({ err: error, keptBack }, 'expired revocations could not be deleted; trying again in a minute'),
  );
  return new Chore(EVERY, () => deleteExpiredRevocations(sql).catch(onTrouble));
}
