import type { ContentCipher } from '@signalbox/credentials';
import type { CollectedSlice, ErasedSlice, Holding, Person } from '@signalbox/personal-data';
import { installationRecipient, openContent } from '../schedules/schedule-content.js';
import { COLLECT_SCHEDULES, ERASE_FROM_SCHEDULES } from '../schedules/schedule.queries.js';
import type { ScheduleRow } from '../schedules/schedule-row.js';

const AT_ONCE = 100;
const FIRST = '00000000-0000-0000-0000-000000000000';
const NAME = 'schedules';

/** What the user was to be sent again and again. Others whom a schedule names go on getting it. */
export function schedules(cipher: ContentCipher): Holding {
  return {
    name: NAME,
    async erase(tx, person): Promise<ErasedSlice> {
      const { rowCount } = await tx.query(ERASE_FROM_SCHEDULES, [person.appId, recipientsAmong(person), AT_ONCE]);
      return { counts: { [NAME]: rowCount }, ...(rowCount === AT_ONCE && { next: 'more' }) };
    },
    async collect(tx, person, at): Promise<CollectedSlice> {
      const params = [person.appId, recipientsAmong(person), at ?? FIRST, AT_ONCE];
      const { rows } = await tx.query<ScheduleRow>(COLLECT_SCHEDULES, params);
      return {
        records: await Promise.all(rows.map((row) => show(cipher, row))),
        next: rows.length === AT_ONCE ? rows.at(-1)!.id : undefined,
      };
    },
  };
}

function recipientsAmong({ userId, knownAs }: Person): string[] {
  return [userId, ...knownAs.map(installationRecipient)];
}

/** Other recipients are none of their business. */
async function show(cipher: ContentCipher, row: ScheduleRow): Promise<object> {
  const { name, cron, timeZone, state, nextAt, lastFiredAt, options } = row;
  return { name, cron, timeZone, state, nextAt, lastFiredAt, options, content: await openContent(cipher, row) };
}
