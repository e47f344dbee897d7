import { formatId } from '@signalbox/contracts';
import type { Holding, Person } from '@signalbox/personal-data';
import { ownId } from '../../personal-data/own-id.js';
import type { AppUser } from '../user.js';
import { deleteFactors, factorsOf } from './factors.js';

/** Second factors as personal data: their names and times are handed out, seeds and keys are not; all of it is erased. */
export const factorsHolding: Holding = {
  name: 'second factors',
  async erase(tx, person) {
    const user = ownUser(person);
    // Nobody is told: whoever goes has no mailbox any more, and the end of the account is told by itself.
    const erased = user === undefined ? [] : await deleteFactors(tx, user);
    return { counts: { 'second factors': erased.length } };
  },
  async collect(tx, person) {
    const user = ownUser(person);
    const factors = user === undefined ? [] : await factorsOf(tx, user);
    return { records: factors.map((factor) => ({ ...factor, id: formatId('factor', factor.id) })) };
  },
};

function ownUser(person: Person): AppUser | undefined {
  const userId = ownId(person);
  return userId === undefined ? undefined : { appId: person.appId, userId };
}
