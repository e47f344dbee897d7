import { describe, expect, it } from '@jest/globals';
import { newVapidKeys } from '@signalbox/credentials';
import type { ApnsAnswer } from '../providers/apns/apns-answer.js';
import { judgeApns } from './judge-apns.js';
import { judgeFcm } from './judge-fcm.js';
import { tryVapid } from './try-vapid.js';

const apple = (status: number, reason?: string): ApnsAnswer => ({
  kind: 'answered',
  status,
  jwtAgeMs: 0,
  ...(reason !== undefined && { reason }),
});
const google = (status: number, errorCode: string) => ({
  kind: 'answered' as const,
  status,
  tokenAgeMs: 0,
  error: { status: errorCode, message: 'Google says so' },
});

describe('a dry run at Apple', () => {
  it.each([
    [400, 'BadDeviceToken', 'works'],
    [403, 'InvalidProviderToken', 'refused'],
    [403, 'ExpiredProviderToken', 'refused'],
    [403, 'BadEnvironmentKeyInToken', 'refused'],
    [400, 'TopicDisallowed', 'refused'],
    [429, 'TooManyProviderTokenUpdates', 'unreachable'],
    [503, 'ServiceUnavailable', 'unreachable'],
    [400, 'PayloadEmpty', 'limited'],
  ] as const)('that ends with %i %s %s', (status, reason, verdict) => {
    expect(judgeApns(apple(status, reason), false).verdict).toBe(verdict);
  });

  it('proves nothing when there is no answer, and no bundle id where there is none to try', () => {
    expect(judgeApns({ kind: 'unanswered', code: 'TIMEOUT' }, false).verdict).toBe('unreachable');
    expect(judgeApns(apple(400, 'TopicDisallowed'), true)).toMatchObject({
      verdict: 'works',
      said: expect.stringContaining('no device says for which bundle id'),
    });
  });
});

describe('a dry run at Google', () => {
  it.each([
    [401, 'UNAUTHENTICATED', 'refused'],
    [403, 'PERMISSION_DENIED', 'refused'],
    [404, 'NOT_FOUND', 'refused'],
    [429, 'RESOURCE_EXHAUSTED', 'unreachable'],
    [503, 'UNAVAILABLE', 'unreachable'],
    [400, 'INVALID_ARGUMENT', 'limited'],
  ] as const)('that ends with %i %s %s', (status, code, verdict) => {
    expect(judgeFcm(google(status, code)).verdict).toBe(verdict);
  });

  it('works when Google gives a name to what it only checked', () => {
    const answer = {
      kind: 'answered',
      status: 200,
      tokenAgeMs: 0,
      messageId: 'projects/p/messages/fake_message_id',
    } as const;
    expect(judgeFcm(answer).verdict).toBe('works');
  });

  it('tells a key that Google does not know from a token endpoint that is away', () => {
    expect(judgeFcm({ kind: 'unauthorized', code: 'invalid_grant', status: 400 }).verdict).toBe('refused');
    expect(judgeFcm({ kind: 'unauthorized', code: 'ECONNREFUSED' }).verdict).toBe('unreachable');
    expect(judgeFcm({ kind: 'unauthorized', code: 'NO_TOKEN', status: 503 }).verdict).toBe('unreachable');
  });
});

describe('a pair of VAPID keys', () => {
  const subject = 'mailto:push@shop.example.com';

  it('works when it is one', () => {
    expect(tryVapid({ subject, ...newVapidKeys() }).verdict).toBe('works');
  });

  it('is refused when the halves are of two', () => {
    const mixed = { subject, publicKey: newVapidKeys().publicKey, privateKey: newVapidKeys().privateKey };
    expect(tryVapid(mixed).verdict).toBe('refused');
  });
});
