import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { NotificationContent, PushMessage } from '../push-provider.js';
import { buildFcmPayload, FcmPayloadRefused, type FcmPayload } from './fcm-payload.js';

const DELIVERY = '0192f0c0-0000-7000-8000-000000000001';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;

function built(content: NotificationContent, options: Partial<PushMessage['options']> = {}) {
  const usual = { priority: 'transactional' as const, expiresAt: new Date(NOW + HOUR) };
  return buildFcmPayload({ deliveryId: DELIVERY, content, options: { ...usual, ...options } }, NOW);
}

function payloadOf(content: NotificationContent, options?: Partial<PushMessage['options']>): FcmPayload {
  return built(content, options).payload;
}

const text = fc.string({ unit: 'binary', maxLength: 300 });
const anyContent: fc.Arbitrary<NotificationContent> = fc.record(
  {
    title: text,
    body: text,
    data: fc.dictionary(
      text.filter((key) => !key.startsWith('g') && !key.startsWith('f')),
      text,
      { maxKeys: 8 },
    ),
    imageUrl: fc.webUrl(),
    badge: fc.nat(),
    sound: text,
  },
  { requiredKeys: [] },
);

describe('an FCM payload', () => {
  it('has what is shown under notification, and the data beside it', () => {
    const content = { title: 'Hi', body: 'You', imageUrl: 'https://img.example/a.png', data: { order: '7' } };
    expect(payloadOf({ ...content, badge: 3, sound: 'ping' })).toEqual({
      notification: { title: 'Hi', body: 'You', image: 'https://img.example/a.png' },
      data: { order: '7', sbx_delivery_id: DELIVERY },
      android: {
        priority: 'high',
        ttl: '3600s',
        notification: { tag: DELIVERY, sound: 'ping', notification_count: 3 },
      },
    });
  });

  it('has no notification at all when there is nothing to show, so that the app gets it', () => {
    expect(payloadOf({ data: { sync: '1' }, badge: 1, sound: 'ping' }, { priority: 'bulk' })).toEqual({
      data: { sync: '1', sbx_delivery_id: DELIVERY },
      android: { priority: 'normal', ttl: '3600s' },
    });
  });

  it.each([
    ['transactional', 'high'],
    ['bulk', 'normal'],
  ] as const)(
    'that is silent and %s is data alone, with priority %s, and wakes an iPhone, too',
    (priority, urgency) => {
      const content = { title: 'Hi', body: 'You', imageUrl: 'https://a.example', data: { sync: '1' } };
      expect(payloadOf(content, { priority, silent: true })).toEqual({
        data: { sync: '1', sbx_delivery_id: DELIVERY },
        android: { priority: urgency, ttl: '3600s' },
        apns: {
          headers: { 'apns-push-type': 'background', 'apns-priority': '5' },
          payload: { aps: { 'content-available': 1 } },
        },
      });
    },
  );

  it('has a collapse key only when the caller gave one', () => {
    expect(payloadOf({ body: 'x' }).android).not.toHaveProperty('collapse_key');
    expect(payloadOf({ body: 'x' }, { collapseKey: 'score:7' }).android).toHaveProperty('collapse_key', 'score:7');
  });

  it('has nothing of Apple’s, whose phones have a way of their own', () => {
    expect(payloadOf({ body: 'x', badge: 1 })).not.toHaveProperty('apns');
  });

  it('neither sounds nor lights the screen when it is to be quiet, and is never larger than the limit for that', () => {
    const { android } = payloadOf({ body: 'You', sound: 'ping' }, { quiet: true });
    expect(android).toEqual({ priority: 'normal', ttl: '3600s', notification: { tag: DELIVERY } });
    const room = 4_096 - built({ body: '' }).bytes;
    const quiet = { quiet: true, quietChannelId: 'night' } as const;
    expect(built({ body: 'x'.repeat(room) }, quiet).bytes).toBe(4_096);
    const { payload } = built({ body: 'x'.repeat(room - 40) }, quiet);
    expect(payload).not.toHaveProperty('apns');
    expect(payload.android).toMatchObject({ priority: 'normal', notification: { channel_id: 'night' } });
  });

  it('asks an iPhone for the same, and Android for the channel without sound that the policy names', () => {
    const quiet = { quiet: true, quietChannelId: 'night' } as const;
    expect(payloadOf({ body: 'You', sound: 'ping' }, quiet)).toMatchObject({
      apns: { headers: { 'apns-priority': '5' }, payload: { aps: { 'interruption-level': 'passive' } } },
      android: { notification: { tag: DELIVERY, channel_id: 'night' } },
    });
    expect(payloadOf({ data: { sync: '1' } }, quiet)).toEqual({
      data: { sync: '1', sbx_delivery_id: DELIVERY },
      android: { priority: 'normal', ttl: '3600s' },
    });
  });

  it('does not turn an empty badge into one more', () => {
    expect(payloadOf({ body: 'x', badge: 0 }).android.notification).toEqual({ tag: DELIVERY });
  });

  it.each([
    ['in half a second', 500, '0s'],
    ['already over', -HOUR, '0s'],
    ['in an hour and a bit', HOUR + 999, '3600s'],
    ['in a year', 365 * 24 * HOUR, '2419200s'],
  ])('has a lifetime in whole seconds that Google takes, when it ends %s', (_when, ms, ttl) => {
    expect(payloadOf({ body: 'x' }, { expiresAt: new Date(NOW + ms) }).android.ttl).toBe(ttl);
  });

  it.each(['from', 'message_type', 'collapse_key', 'google.sent_time', 'gcm.n.e', 'gcm', 'sbx_delivery_id'])(
    'refuses the reserved key %s and says where',
    (key) => {
      const build = () => payloadOf({ body: 'x', data: { [key]: 'y' } });
      expect(build).toThrow(FcmPayloadRefused);
      expect(build).toThrow(expect.objectContaining({ pointer: `/data/${key}` }));
    },
  );

  it.each(['googly', 'gcmx', 'fromage'])('takes the key %s, which only looks reserved', (key) => {
    expect(payloadOf({ data: { [key]: 'y' } }).data).toHaveProperty(key, 'y');
  });

  it('says the number of bytes that are sent, whatever the script or emoji', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const { payload, bytes } = built(content);
        expect(bytes).toBe(Buffer.from(JSON.stringify(payload), 'utf8').length);
      }),
    );
  });

  it('carries every piece of content unchanged', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const { notification, data } = payloadOf(content);
        const { sbx_delivery_id: id, ...rest } = data;
        expect(id).toBe(DELIVERY);
        expect(Object.entries(rest).sort()).toEqual(Object.entries(content.data ?? {}).sort());
        expect([notification?.title, notification?.body, notification?.image]).toEqual([
          content.title,
          content.body,
          content.imageUrl,
        ]);
      }),
    );
  });
});
