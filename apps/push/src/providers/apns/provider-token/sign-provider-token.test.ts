import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signProviderToken, tokenIdOf } from './sign-provider-token.js';

function pair() {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}
const { privateKey, publicKey } = pair();
const KEY = { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey };

describe('a provider token', () => {
  it('is an ES256 JWT of the team, signed with the key it names', () => {
    const [header, claims, signature] = signProviderToken(KEY, 1_772_366_400).split('.') as [string, string, string];
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
});

describe('the id of a key’s tokens', () => {
  it('is a UUID, the same for the same key however it is written', () => {
    expect(tokenIdOf(KEY)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(tokenIdOf({ ...KEY, privateKey: `${privateKey}\n\n` })).toBe(tokenIdOf(KEY));
  });

  it('is another one for another key under the same names, so that knowing the names is of no use', () => {
    expect(tokenIdOf({ ...KEY, privateKey: pair().privateKey })).not.toBe(tokenIdOf(KEY));
  });

  it('is another one for another team or key id', () => {
    const ids = [KEY, { ...KEY, teamId: 'TEAM654321' }, { ...KEY, keyId: 'KEY7654321' }].map(tokenIdOf);
    expect(new Set(ids).size).toBe(3);
  });
});
