import { checkNow } from '../checks-of.ts';
import { holdOpen } from '../hold-open.ts';
import type { Scenario } from '../scenario.ts';
import { KEEP_FROM_WRITING, SHIFT_CHECKS_BACK } from './providers.queries.ts';
import { untilWell } from './providers-well.ts';

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
      await stage.database((connection) => connection.query(SHIFT_CHECKS_BACK));
      const unlock = await holdOpen(stage, KEEP_FROM_WRITING);
      return async () => {
        await unlock();
        await untilWell(stage);
      };
    },
  },
];
