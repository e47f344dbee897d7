import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { WHEREABOUTS } from './notices.queries.js';
import { Speaker, type Whereabouts } from './speaker.js';

interface User {
  readonly appId: Uuid;
  readonly userId: string;
}

const nameOf = ({ appId, userId }: User): string => `${appId} ${userId}`;

/** How to speak to each of some users: in the language of the phone that was seen last. */
export async function speakersFor(tx: Sql, users: readonly User[]): Promise<(user: User) => Speaker> {
  const { rows } = await tx.query<User & Whereabouts>(WHEREABOUTS, [
    users.map((user) => user.appId),
    users.map((user) => user.userId),
  ]);
  const known = new Map(rows.map((row) => [nameOf(row), row]));
  return (user) => new Speaker(known.get(nameOf(user)));
}
