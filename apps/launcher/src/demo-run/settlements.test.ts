import { describe, expect, it } from '@jest/globals';
import type { FeedEvent } from '@signalbox/server';
import { Settlements } from './settlements.js';

const event = (type: string, subject: string, data: Record<string, unknown> = {}): FeedEvent => ({
  id: 'evt_1',
  source: 'push',
  type,
  subject,
  time: '2026-11-26T00:00:00.000Z',
  data,
});

describe('what the feed tells of a run', () => {
  it('ends a notification with its only delivery', () => {
    const settlements = new Settlements(['ntf_1', 'ntf_2']);
    settlements.see(event('delivery.retrying', 'ntf_1'));
    expect(settlements.left).toBe(2);
    settlements.see(event('delivery.sent', 'ntf_1'));
    expect(settlements.left).toBe(1);
  });

  it('waits for every phone of a user with several', () => {
    const settlements = new Settlements(['ntf_1']);
    settlements.see(event('notification.routed', 'ntf_1', { deliveries: 2 }));
    settlements.see(event('delivery.sent', 'ntf_1'));
    expect(settlements.left).toBe(1);
    settlements.see(event('delivery.dead', 'ntf_1'));
    expect(settlements.left).toBe(0);
  });

  it.each(['notification.undeliverable', 'notification.cancelled'])('takes %s for an end', (type) => {
    const settlements = new Settlements(['ntf_1']);
    settlements.see(event(type, 'ntf_1'));
    expect(settlements.left).toBe(0);
  });

  it('is not misled by what happens to others, or by a second end', () => {
    const settlements = new Settlements(['ntf_1', 'ntf_2']);
    settlements.see(event('delivery.sent', 'ntf_of_somebody_else'));
    settlements.see(event('delivery.sent', 'ntf_1'));
    settlements.see(event('delivery.sent', 'ntf_1'));
    expect(settlements.left).toBe(1);
  });

  it('notes what became of phones', () => {
    const settlements = new Settlements([]);
    settlements.see(event('device.removed', 'dev_1'));
    settlements.see(event('device.suspected', 'dev_2'));
    expect([...settlements.phones]).toEqual([
      ['dev_1', 'deleted'],
      ['dev_2', 'set aside'],
    ]);
  });
});
