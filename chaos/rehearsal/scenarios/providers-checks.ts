import type { Scenario } from '../scenario.ts';
import { KEEP_FROM_WRITING, SHIFT_CHECKS_BACK, STAY_IDLE } from './providers.queries.ts';
import { checkNow, untilWell } from './providers-well.ts';

/** Credentials that are tried by the clock. */
export const CHECKS: readonly Scenario[] = [
  {
    name: 'key-refused-at-rest',
    what: 'Apple does not take the key any more, and nobody is sent anything',
    atRest: true,
    must: ['SyntheticCheckFails'],
    may: [],
    async strike(stage) {
      await stage.control('PUT', '/v1/apns/behaviour', { reason: 'InvalidProviderToken', status: 403 });
      await checkNow(stage);
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await untilWell(stage);
      };
    },
  },
  {
    name: 'checks-stand',
    what: 'somebody keeps the table of checks from being written',
    must: ['SyntheticChecksStand'],
    may: [],
    async strike(stage) {
      const locked = Promise.withResolvers<void>();
      const over = Promise.withResolvers<void>();
      const keeping = stage.database(async (connection) => {
        await connection.query(SHIFT_CHECKS_BACK);
        await connection.transaction(async (tx) => {
          await tx.query(STAY_IDLE);
          await tx.query(KEEP_FROM_WRITING);
          locked.resolve();
          await over.promise;
        });
      });
      await Promise.race([locked.promise, keeping]);
      return async () => {
        over.resolve();
        await keeping;
        await untilWell(stage);
      };
    },
  },
];
