import { formatId, noticeIdOf } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { cancelWithin } from '../notify/cancel-notification.js';
import { notificationsById } from '../work/notifications-by-id.js';
import { endsTelling, type NoticeCatalogue } from './catalogue.js';
import type { Stories, TaleFact } from './stories.js';

/**
 * Takes back what these ends made pointless, as far as it is not on its way to a phone yet. What is, the app has to put
 * right: it sees how things stand when it is opened.
 *
 * @returns how many were taken back, by the type of the fact that they told of.
 */
export async function withdrawNotices(
  tx: Sql,
  catalogue: NoticeCatalogue,
  endings: readonly TaleFact[],
  stories: Stories,
): Promise<ReadonlyMap<string, number>> {
  const pointless = endings.flatMap((ending) =>
    stories
      .of(ending)
      .filter((fact) => endsTelling(catalogue, ending, fact))
      .map((fact) => ({ fact, notice: noticeIdOf(fact.id), cause: formatId('event', ending.id) })),
  );
  const notifications = await notificationsById(
    tx,
    pointless.map(({ notice }) => notice),
  );
  const withdrawn = new Map<string, number>();
  for (const { fact, notice, cause } of pointless) {
    const notification = notifications.get(notice);
    if (notification === undefined) continue;
    if ((await cancelWithin(tx, fact.appId, notice, notification.payload, cause)) === 'cancelled') {
      withdrawn.set(fact.type, (withdrawn.get(fact.type) ?? 0) + 1);
    }
  }
  return withdrawn;
}
