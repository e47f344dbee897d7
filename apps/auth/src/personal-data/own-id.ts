import { parseId, type Uuid } from '@signalbox/contracts';
import type { Person } from '@signalbox/personal-data';

/** The user's own row id; undefined for users of an app that has accounts of its own: of them auth holds requests and audit only. */
export function ownId({ userId }: Pick<Person, 'userId'>): Uuid | undefined {
  return parseId('user', userId);
}
