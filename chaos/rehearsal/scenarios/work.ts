import { firstUuidAt, formatId, newUuid } from '@signalbox/contracts';
import type { Scenario } from '../scenario.ts';
import { ACCEPT_NOWHERE, FORGET_EVENT, HOLD_A_TRANSACTION } from './scenario.queries.ts';

/** What is owed, what was given up, and what must hold; the log of events. */
export const WORK: readonly Scenario[] = [
  {
    name: 'accepted-and-nowhere',
    what: 'a notification was accepted, and its work is gone',
    must: ['InvariantBroken'],
    // Invariants are looked at when a process starts, and then each five minutes.
    may: ['ProcessDown', 'ServiceMissing'],
    async strike({ database, services: { push } }) {
      const id = firstUuidAt(Date.now() - 120_000);
      await database((connection) => connection.query(ACCEPT_NOWHERE, [id, newUuid(), formatId('notification', id)]));
      await push.kill();
      await push.restart();
      return async () => {
        await database((connection) => connection.query(FORGET_EVENT, [id]));
        await push.kill();
        await push.restart();
      };
    },
  },
  {
    name: 'feed-held-back',
    what: 'a transaction that writes stays open for more than a minute',
    must: ['FeedHeldBack'],
    may: ['RevocationsUnheard'],
    async strike({ database }) {
      const over = Promise.withResolvers<void>();
      const held = database((connection) =>
        connection.transaction(async (tx) => {
          await tx.query(HOLD_A_TRANSACTION);
          await over.promise;
        }),
      );
      return async () => {
        over.resolve();
        await held;
      };
    },
  },
];
