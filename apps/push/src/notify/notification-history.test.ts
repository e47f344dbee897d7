import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, timeOfUuid, uuidFromTimeAndTail, type EventType, type Uuid } from '@signalbox/contracts';
import { append } from '@signalbox/event-log';
import { usePostgres } from '@signalbox/testing';
import { explain } from './explain.js';
import { readHistory } from './notification-history.js';

describe('the history of a notification', () => {
  const postgres = usePostgres();
  const appId = newUuid();

  /** A notification and one fact about it, whose id was made `skew` milliseconds after (or before) the notification's. */
  async function withFact(type: EventType, data: object, skew: number): Promise<Uuid> {
    const id = newUuid();
    const subject = formatId('notification', id);
    const accepted = { root: id, lane: 'bulk', to: { userId: 'ann' }, expiresAt: new Date().toISOString() };
    const factId = uuidFromTimeAndTail(timeOfUuid(id) + skew, Buffer.from(id.replaceAll('-', ''), 'hex'));
    await append(postgres.database(), [{ id, appId, type: 'notification.accepted', subject, data: accepted }]);
    await append(postgres.database(), [{ id: factId, appId, type, subject, data }]);
    return id;
  }
  const story = async (id: Uuid) => explain((await readHistory(postgres.database(), appId, id))!, []);

  it('includes what a process told whose clock is behind the one that accepted it', async () => {
    const { status, timeline } = await story(await withFact('notification.cancelled', {}, -250));
    expect(status).toBe('cancelled');
    expect(timeline.map((entry) => entry.what)).toEqual(['notification.accepted', 'notification.cancelled']);
  });

  it('says of one without a device, and of one that was given up, what really happened', async () => {
    const noDevice = await story(await withFact('notification.undeliverable', { reason: 'no_active_device' }, 5));
    const deadly = await story(await withFact('notification.undeliverable', { reason: 'crashes_worker' }, 5));
    expect([noDevice.status, deadly.status]).toEqual(['undeliverable', 'undeliverable']);
    expect(noDevice.because).toContain('active device');
    expect(deadly.because).toContain('given up');
  });

  it('does not exist for another app', async () => {
    const id = await withFact('notification.cancelled', {}, 0);
    expect(await readHistory(postgres.database(), newUuid(), id)).toBeUndefined();
  });
});
