import type { Scenario } from '../scenario.ts';
import { KEEP_FROM_WRITING, SHIFT_CHECKS_BACK, STAY_IDLE } from './providers.queries.ts';
import { checkNow, untilWell } from './providers-well.ts';

interface AppleKey {
  readonly keyId: string;
  readonly teamId: string;
  readonly publicKey: string;
}

/** Credentials that are tried by the clock. */
export const CHECKS: readonly Scenario[] = [
  {
    name: 'key-refused-at-rest',
    what: 'Apple does not take the key any more, and nobody is sent anything',
    atRest: true,
    must: ['SyntheticCheckFails'],
    may: [],
    async strike(stage) {
      // A check without a test device asks about one that cannot be: what is answered to devices does not reach it.
      const { keys } = await stage.control<{ keys: AppleKey[] }>('GET', '/v1/apns/keys');
      for (const { keyId } of keys) await stage.control('DELETE', `/v1/apns/keys/${keyId}`);
      await checkNow(stage);
      return async () => {
        for (const { keyId, ...key } of keys) await stage.control('PUT', `/v1/apns/keys/${keyId}`, key);
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
