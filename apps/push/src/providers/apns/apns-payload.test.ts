import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { NotificationContent } from '../push-provider.js';
import {
  apnsHeaders,
  APNS_RESERVED_KEYS,
  ApnsPayloadRefused,
  buildApnsPayload,
  collapseIdFor,
} from './apns-payload.js';

const DELIVERY = '0192f0c0-0000-7000-8000-000000000001';

function payloadOf(content: NotificationContent): { aps: Record<string, unknown> } & Record<string, unknown> {
  return JSON.parse(buildApnsPayload({ deliveryId: DELIVERY, content }).json) as ReturnType<typeof payloadOf>;
}

const text = fc.string({ unit: 'binary', maxLength: 300 });
const anyContent: fc.Arbitrary<NotificationContent> = fc.record(
  {
    title: text,
    body: text,
    data: fc.dictionary(
      text.filter((key) => !APNS_RESERVED_KEYS.includes(key)),
      text,
      { maxKeys: 8 },
    ),
    imageUrl: fc.webUrl(),
    badge: fc.nat(),
    sound: text,
  },
  { requiredKeys: [] },
);

describe('an APNs payload', () => {
  it('has the alert, badge and sound under aps and the caller’s data beside it', () => {
    expect(payloadOf({ title: 'Hi', body: 'You', badge: 0, sound: 'ping.aiff', data: { order: '7' } })).toEqual({
      aps: { alert: { title: 'Hi', body: 'You' }, badge: 0, sound: 'ping.aiff' },
      order: '7',
      sbx_delivery_id: DELIVERY,
    });
  });

  it('wakes the notification service extension for an image', () => {
    expect(payloadOf({ body: 'Look', imageUrl: 'https://img.example/a.png' })).toEqual({
      aps: { alert: { body: 'Look' }, 'mutable-content': 1 },
      sbx_image_url: 'https://img.example/a.png',
      sbx_delivery_id: DELIVERY,
    });
  });

  it('neither sounds nor lights the screen when it is to be quiet, unless those words make it too large', () => {
    const quiet = (body: string) => {
      const content = { body, sound: 'ping.aiff' };
      return buildApnsPayload({ deliveryId: DELIVERY, content, options: { quiet: true } });
    };
    expect(JSON.parse(quiet('hush').json)).toMatchObject({
      aps: { alert: { body: 'hush' }, 'interruption-level': 'passive' },
    });
    expect(quiet('hush').json).not.toContain('sound');
    const room = 4_096 - buildApnsPayload({ deliveryId: DELIVERY, content: { body: '' } }).bytes;
    expect(quiet('x'.repeat(room)).bytes).toBe(4_096);
  });

  it('has no alert when there is nothing to show', () => {
    expect(payloadOf({ badge: 3 }).aps).toEqual({ badge: 3 });
  });

  it('that is silent wakes the app with its data, and has nothing to show or to hear', () => {
    const content = {
      title: 'Hi',
      body: 'You',
      badge: 1,
      sound: 'ping',
      imageUrl: 'https://a.example',
      data: { sync: '1' },
    };
    const options = { silent: true } as const;
    expect(JSON.parse(buildApnsPayload({ deliveryId: DELIVERY, content, options }).json)).toEqual({
      aps: { 'content-available': 1 },
      sync: '1',
      sbx_delivery_id: DELIVERY,
    });
  });

  it.each([
    ['transactional', undefined, 'alert', '10'],
    ['bulk', undefined, 'alert', '5'],
    ['transactional', true, 'background', '5'],
    ['bulk', true, 'background', '5'],
  ] as const)('of lane %s, silent: %s, goes out as %s with priority %s', (priority, silent, type, urgency) => {
    const headers = apnsHeaders({ priority, ...(silent && { silent }) });
    expect(headers).toEqual({ 'apns-push-type': type, 'apns-priority': urgency });
  });

  it.each([...APNS_RESERVED_KEYS])('refuses the reserved key %s and says where', (key) => {
    const build = () => buildApnsPayload({ deliveryId: DELIVERY, content: { body: 'x', data: { [key]: 'y' } } });
    expect(build).toThrow(ApnsPayloadRefused);
    expect(build).toThrow(expect.objectContaining({ pointer: `/data/${key}` }));
  });

  it('says the number of bytes that are sent, whatever the script or emoji', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const { json, bytes } = buildApnsPayload({ deliveryId: DELIVERY, content });
        expect(bytes).toBe(Buffer.from(json, 'utf8').length);
      }),
    );
  });

  it('carries every piece of content unchanged', () => {
    fc.assert(
      fc.property(anyContent, (content) => {
        const { aps, sbx_delivery_id: id, sbx_image_url: imageUrl, ...data } = payloadOf(content);
        expect(id).toBe(DELIVERY);
        expect(imageUrl).toBe(content.imageUrl);
        expect(aps.badge).toBe(content.badge);
        expect(aps.sound).toBe(content.sound);
        expect(aps.alert).toEqual(
          'title' in content || 'body' in content
            ? JSON.parse(JSON.stringify({ title: content.title, body: content.body }))
            : undefined,
        );
        expect(Object.entries(data).sort()).toEqual(Object.entries(content.data ?? {}).sort());
      }),
    );
  });

  it('counts an emoji as four bytes', () => {
    const sizeOf = (body: string) => buildApnsPayload({ deliveryId: DELIVERY, content: { body } }).bytes;
    expect(sizeOf('😀'.repeat(100)) - sizeOf('')).toBe(400);
  });
});

describe('a collapse id', () => {
  it('is the key itself when that fits into a header', () => {
    expect(collapseIdFor('order:7')).toBe('order:7');
    expect(collapseIdFor('k'.repeat(64))).toBe('k'.repeat(64));
  });

  it('is always 1 to 64 bytes of ASCII, and differs when the keys do', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        expect(collapseIdFor(one)).toMatch(/^[\x21-\x7e]{1,64}$/);
        if (one !== other) expect(collapseIdFor(one)).not.toBe(collapseIdFor(other));
      }),
    );
  });
});
