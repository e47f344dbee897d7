import { formatId, newUuid, noticeIdOf, type NotificationAccepted } from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Sql } from '@signalbox/database';
import { append, type Fact } from '@signalbox/event-log';
import type { Offer } from '@signalbox/queues';
import type { TemplateReader } from '../templates/template-reader.js';
import { pushWork } from '../work/push-work.js';
import { routeQueueOf } from '../work/queue-of-lane.js';
import type { Told } from './judge.js';
import { openContents } from './open-contents.js';
import { readOwnWords, tellWith } from './own-words.js';
import { speakersFor } from './whereabouts.js';

const LANE = 'transactional';

/**
 * Accepts a notification for each of these facts, as `POST /v1/notifications` would, in the caller's transaction. Their ids
 * are computed from the facts, so that the log itself refuses to tell of one twice.
 *
 * @returns what is to be published after the commit.
 */
export async function acceptNotices(
  tx: Sql,
  cipher: ContentCipher,
  templates: TemplateReader,
  category: string,
  told: readonly Told[],
): Promise<Offer[]> {
  if (told.length === 0) return [];
  const root = newUuid();
  const speakerFor = await speakersFor(
    tx,
    told.map(({ event, userId }) => ({ appId: event.appId, userId })),
  );
  const contents = await openContents(
    tx,
    cipher,
    told.filter(({ telling }) => telling.hasContent).map(({ event }) => event),
  );
  const ownWords = await readOwnWords(tx, templates, told);
  const facts = await Promise.all(
    told.map(async (each): Promise<Fact> => {
      const { appId } = each.event;
      const reader = speakerFor({ appId, userId: each.userId });
      const { content, collapseKey, template } = tellWith(ownWords, each, reader, contents.get(each.event.id));
      const sealed = await cipher.encrypt(appId, Buffer.from(JSON.stringify(content)));
      const id = noticeIdOf(each.event.id);
      const subject = formatId('notification', id);
      return {
        id,
        appId,
        type: 'notification.accepted',
        subject,
        data: acceptedData(root, category, each, { collapseKey, template }),
        ...sealed,
      };
    }),
  );
  await append(tx, facts);
  const items = facts.map(({ id }) => ({ n: id }));
  return pushWork.enqueue(tx, [{ id: root, rootId: root, queue: routeQueueOf(LANE), lane: LANE, items }]);
}

function acceptedData(
  root: string,
  category: string,
  { event, telling, userId, expiresAt }: Told,
  { collapseKey, template }: Pick<NotificationAccepted, 'collapseKey' | 'template'>,
): NotificationAccepted {
  return {
    root,
    lane: LANE,
    to: { userId },
    expiresAt: expiresAt.toISOString(),
    category,
    collapseKey,
    ...(telling.exceptSession !== undefined && { exceptSession: telling.exceptSession }),
    ...(telling.exceptSessions !== undefined && { exceptSessions: [...telling.exceptSessions] }),
    ...(template && { template }),
    cause: formatId('event', event.id),
  };
}
