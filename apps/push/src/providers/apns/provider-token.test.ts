import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ProviderToken } from './provider-token.js';

const MINUTE = 60_000;
const { privateKey, publicKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

function tokenWithClock() {
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') };
  const token = new ProviderToken({ teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey }, () => clock.now);
  /** What the library does before each request. */
  const useFor = (ms: number) => {
    clock.now += ms;
    if (token.isExpired()) token.regenerate(token.generation);
    return token.current;
  };
  return { token, clock, useFor };
}

describe('the provider token', () => {
  it('is an ES256 JWT of the team, signed with the key it names', () => {
    const { token } = tokenWithClock();
    const [header, claims, signature] = token.current.split('.') as [string, string, string];
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'ES256', kid: 'KEY1234567' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({ iss: 'TEAM123456', iat: 1_772_366_400 });
    expect(
      verify(
        'sha256',
        Buffer.from(`${header}.${claims}`),
        { key: createPublicKey(publicKey), dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true);
  });

  it('stays the same for 50 minutes and is then renewed once', () => {
    const { token, useFor } = tokenWithClock();
    const first = token.current;
    expect(useFor(50 * MINUTE - 1)).toBe(first);
    const second = useFor(1);
    expect(second).not.toBe(first);
    expect(useFor(20 * MINUTE)).toBe(second);
  });

  it('is not renewed because Apple calls a young token expired', () => {
    const { token, useFor } = tokenWithClock();
    const first = token.current;
    useFor(49 * MINUTE);
    token.regenerate(token.generation);
    expect(token.current).toBe(first);
  });

  it('is renewed once for all requests that found it expired together', () => {
    const { token, clock } = tokenWithClock();
    const { generation } = token;
    clock.now += 51 * MINUTE;
    token.regenerate(generation);
    const renewed = token.current;
    clock.now += 51 * MINUTE;
    token.regenerate(generation);
    expect(token.current).toBe(renewed);
  });

  it('is renewed when the clock was set back, as it would come from the future', () => {
    const { token, useFor } = tokenWithClock();
    const first = token.current;
    expect(useFor(-30_000)).toBe(first);
    expect(useFor(-MINUTE)).not.toBe(first);
  });
});
