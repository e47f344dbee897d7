import { parseId, type Uuid } from '@signalbox/contracts';
import { type Holding, type Person, rowsHolding } from '@signalbox/personal-data';
import {
  COLLECT_ALERTS,
  COLLECT_COUNTRIES,
  COLLECT_DEVICES,
  COLLECT_TRAILS,
  ERASE_ALERTS,
  ERASE_COUNTRIES,
  ERASE_DEVICES,
  ERASE_NEIGHBOURS,
  ERASE_RESET_DUE,
  ERASE_TRAILS,
} from './anomaly-holdings.queries.js';

const by = ({ userId }: Person): Uuid | undefined => parseId('user', userId);
const sessionsOf = ({ knownAs }: Person): Uuid[] => knownAs.flatMap((name) => parseId('session', name) ?? []);

const trails: Holding = {
  name: 'networks of sessions',
  async erase(tx, person) {
    const { rowCount } = await tx.query(ERASE_TRAILS, [sessionsOf(person)]);
    return { counts: { 'networks of sessions': rowCount } };
  },
  async collect(tx, person) {
    return { records: (await tx.query<object>(COLLECT_TRAILS, [sessionsOf(person)])).rows };
  },
};

/**
 * What is known here of a user: usual devices and countries, networks of late, and what was asked and answered. What the log says of
 * alerts is history, which others see to.
 */
export const ANOMALY_HOLDINGS: readonly Holding[] = [
  rowsHolding({ name: 'known devices', erase: ERASE_DEVICES, collect: COLLECT_DEVICES, by }),
  rowsHolding({ name: 'known countries', erase: ERASE_COUNTRIES, collect: COLLECT_COUNTRIES, by }),
  rowsHolding({ name: 'sign-in alerts', erase: ERASE_ALERTS, collect: COLLECT_ALERTS, by }),
  rowsHolding({ name: 'sign-ins from networks', erase: ERASE_NEIGHBOURS, by }),
  rowsHolding({ name: 'passwords to be changed', erase: ERASE_RESET_DUE, by }),
  trails,
];
