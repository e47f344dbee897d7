import { formatId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { MARK_DISCARDED } from './dead-letter.queries.js';
import type { LockedLetter } from './selection.js';

/** Puts letters away for good that this transaction has locked; answers how many. */
export async function discardLetters(
  tx: Sql,
  letters: readonly LockedLetter[],
  { note, run }: { readonly note: string; readonly run?: Uuid },
): Promise<number> {
  if (letters.length === 0) return 0;
  await tx.query(MARK_DISCARDED, [letters.map((letter) => letter.id), note]);
  await append(
    tx,
    letters.map(({ id, appId, notificationId, deviceId, provider, reason }) => ({
      appId,
      type: 'delivery.discarded' as const,
      subject: formatId('notification', notificationId),
      data: {
        deliveryId: formatId('delivery', id),
        deviceId: formatId('device', deviceId),
        provider,
        reason,
        note,
        ...(run === undefined ? {} : { runId: formatId('deadLetterRun', run) }),
      },
    })),
  );
  return letters.length;
}
