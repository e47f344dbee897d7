import { type Holding, type Person, rowsHolding } from '@signalbox/personal-data';
import { devicesAmong } from './devices.js';
import { COLLECT_PREFERENCES, ERASE_METERS, ERASE_PREFERENCES } from './personal-data.queries.js';

/** What the user wants to hear of, and what the app noted of them. */
export const preferences: Holding = rowsHolding({
  name: 'preferences',
  erase: ERASE_PREFERENCES,
  collect: COLLECT_PREFERENCES,
  by: ({ userId }) => userId,
});

/** Which notifications were counted for the user, and for phones. They are in the export already, as notifications. */
export const meters: Holding = rowsHolding({
  name: 'frequency meters',
  erase: ERASE_METERS,
  by: (person: Person) => [
    `user:${person.userId}`,
    ...devicesAmong(person).flatMap((id) => [`device:${id}`, `phone:${id}`]),
  ],
});
