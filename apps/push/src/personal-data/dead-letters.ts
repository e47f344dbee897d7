import type { Uuid } from '@signalbox/contracts';
import type { Holding } from '@signalbox/personal-data';
import { discardWithin } from '../dead-letters/dead-letters.js';
import { devicesAmong } from './devices.js';
import { FORGET_NOTES, OPEN_LETTERS } from './personal-data.queries.js';

const AT_ONCE = 200;

/** Nobody may send again what was for a user who is gone; what operators wrote about it goes, too. */
export const deadLetters: Holding = {
  name: 'dead letters',
  async erase(tx, person) {
    const of = devicesAmong(person);
    await tx.query(FORGET_NOTES, [person.appId, of]);
    const { rows } = await tx.query<{ id: Uuid }>(OPEN_LETTERS, [person.appId, of, person.userId, AT_ONCE]);
    const ids = rows.map(({ id }) => id);
    const discarded = await discardWithin(tx, { appId: person.appId, ids }, 'the user was erased', AT_ONCE);
    return { counts: { 'dead letters': discarded }, next: rows.length === AT_ONCE ? 'more' : undefined };
  },
};
