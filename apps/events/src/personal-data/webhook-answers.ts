import { EVENT_TYPES, type EventType, firstUuidAt, timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { findPersonInLog } from '@signalbox/event-log';
import type { Holding, Person } from '@signalbox/personal-data';
import { FACTS_ABOUT, FORGET_ANSWERS } from './personal-data.queries.js';

const TYPES = Object.keys(EVENT_TYPES) as EventType[];

/**
 * Bodies of webhooks are kept nowhere: they are made of the log at each attempt, so what is sent from now on says what the log
 * says then. What endpoints answered is kept, and may repeat anything. Other services may have been here before, so events are
 * known by the pseudonym as well.
 */
export const webhookAnswers: Holding = {
  name: 'answers to webhooks',
  async erase(tx, person, at) {
    const { facts, next } = await findPersonInLog(tx, {
      appId: person.appId,
      types: TYPES,
      users: [person.userId, person.pseudonym],
      things: [],
      after: at ?? firstUuidAt(timeOfUuid(person.appId)),
    });
    if (facts.length === 0) return { next };
    const events = await withTheirStories(tx, person, facts);
    const times = events.map(timeOfUuid);
    const { rowCount } = await tx.query(FORGET_ANSWERS, [
      events,
      times.map((time) => firstUuidAt(time)),
      times.map((time) => firstUuidAt(time + 1)),
    ]);
    return { counts: { 'answers to webhooks': rowCount }, next };
  },
};

/** Notifications name their user once; what became of them is told under their name. */
async function withTheirStories(
  tx: Sql,
  { appId }: Person,
  facts: readonly { readonly id: Uuid; readonly subject: string }[],
): Promise<Uuid[]> {
  const first = firstUuidAt(timeOfUuid(facts[0]!.id));
  const subjects = [...new Set(facts.map(({ subject }) => subject))];
  const { rows } = await tx.query<{ id: Uuid }>(FACTS_ABOUT, [subjects, appId, first]);
  return [...new Set([...facts, ...rows].map(({ id }) => id))];
}
