import { describe, expect, it } from '@jest/globals';
import type { Explanation } from '@signalbox/server';
import { storyOf } from './story.js';

const NOTHING_OF_PHONES = new Map<string, never>();

const explained = (
  facts: [what: string, data: Record<string, unknown>][],
  more: Partial<Explanation> = {},
): Explanation => ({
  id: 'ntf_1',
  status: 'sent',
  because: 'At least one provider took it.',
  asked: {},
  timeline: [
    { at: '2026-11-26T00:00:00.000Z', what: 'notification.accepted', data: { lane: 'transactional' } },
    ...facts.map(([what, data]) => ({ at: '2026-11-26T00:00:01.000Z', what, data })),
  ],
  next: [],
  ...more,
});
const attempt = (attempt: number, status: number, more: object = {}): Record<string, unknown> => ({
  deliveryId: 'dlv_1',
  deviceId: 'dev_1',
  provider: 'apns',
  attempt,
  answer: { kind: 'answered', status },
  ...more,
});

describe('the story of a notification', () => {
  it('tells the attempts of a delivery in their order, and counts answers that repeat themselves', () => {
    const story = storyOf(
      explained([
        ['delivery.retrying', attempt(1, 503)],
        ['delivery.retrying', attempt(2, 503)],
        ['delivery.sent', attempt(3, 200)],
      ]),
      NOTHING_OF_PHONES,
    );
    expect(story).toMatchObject({ ends: ['sent'], attempts: 3, why: '2 × 503, then 200' });
  });

  it('tells of each phone, and an answer that both got once', () => {
    const facts: [string, Record<string, unknown>][] = [
      ['notification.routed', { deliveries: 2, withoutDevice: [] }],
      ['delivery.sent', attempt(1, 200)],
      ['delivery.sent', attempt(1, 200, { deliveryId: 'dlv_2', deviceId: 'dev_2' })],
    ];
    expect(storyOf(explained(facts), NOTHING_OF_PHONES)).toMatchObject({ ends: ['sent', 'sent'], why: '200' });
  });

  it('adds what the feed said of the phone', () => {
    const gone = explained([['delivery.gone', attempt(1, 410, { reason: 'Unregistered' })]]);
    expect(storyOf(gone, new Map([['dev_1', 'deleted' as const]]))).toMatchObject({
      ends: ['gone'],
      reasons: ['Unregistered'],
      phones: ['deleted'],
    });
  });

  it('gives the sentence of the explanation where there was no delivery', () => {
    const nobody = explained([['notification.undeliverable', { reason: 'no_active_device' }]], {
      status: 'undeliverable',
      because: 'None had a device.',
    });
    expect(storyOf(nobody, NOTHING_OF_PHONES)).toMatchObject({ ends: ['undeliverable'], why: 'None had a device.' });
  });

  it('says of what is still owed that it is, and not how it might end', () => {
    const waiting = explained([['delivery.retrying', attempt(1, 429)]], { status: 'sending' });
    expect(storyOf(waiting, NOTHING_OF_PHONES).ends).toEqual(['retrying']);
  });

  it('does not take for an attempt what operators did about a dead letter', () => {
    const replayed = explained([
      ['delivery.dead', attempt(1, 502, { reason: 'may_have_arrived: status 502' })],
      [
        'delivery.replayed',
        { deliveryId: 'dlv_1', replayId: 'dlv_2', deviceId: 'dev_1', provider: 'fcm', reason: 'x' },
      ],
    ]);
    expect(storyOf(replayed, NOTHING_OF_PHONES).ends).toEqual(['dead']);
  });
});
