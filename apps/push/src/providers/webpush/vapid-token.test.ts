import { newVapidKeys } from '@signalbox/credentials';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { VapidToken } from './vapid-token.js';

const HOUR = 3_600_000;
const NOW = Date.now();
const keys = newVapidKeys();
const token = (): VapidToken =>
  new VapidToken({ subject: 'mailto:ops@example.com', ...keys }, 'https://fcm.googleapis.com');
const claims = (header: string) => decodeJwt(/t=([^,]+)/.exec(header)![1]!);

describe('the token that a push service is shown', () => {
  it('is for that service alone, says who sends, and ends within a day', () => {
    const header = token().authorization(NOW);
    expect(header).toContain(`k=${keys.publicKey}`);
    const { aud, sub, exp } = claims(header);
    expect([aud, sub]).toEqual(['https://fcm.googleapis.com', 'mailto:ops@example.com']);
    expect(exp! * 1_000 - NOW).toBeGreaterThan(11 * HOUR);
    expect(exp! * 1_000 - NOW).toBeLessThan(24 * HOUR);
  });

  it('is signed once for many messages, and anew before it ends', () => {
    const one = token();
    const first = one.authorization(NOW);
    expect(one.authorization(NOW + 10 * HOUR)).toBe(first);
    const later = NOW + 11.5 * HOUR;
    expect(claims(one.authorization(later)).exp! * 1_000).toBeGreaterThan(later + 11 * HOUR);
  });
});
