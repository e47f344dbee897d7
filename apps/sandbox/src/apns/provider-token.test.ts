import { beforeEach, describe, expect, it } from '@jest/globals';
import { importPKCS8, SignJWT } from 'jose';
import { ProviderKeys, type SigningCredential } from '../identity/provider-keys.js';
import { StateDirectory } from '../identity/state-directory.js';
import { providerToken } from '../sandbox.harness.js';
import { ProviderTokens } from './provider-token.js';

const NOW = Date.UTC(2026, 0, 1);
const ago = (seconds: number): number => NOW / 1000 - seconds;

let keys: ProviderKeys;
let tokens: ProviderTokens;
let credential: SigningCredential;

beforeEach(async () => {
  keys = await ProviderKeys.open(new StateDirectory(undefined));
  tokens = new ProviderTokens(keys);
  credential = keys.demoCredential();
});

const judge = (token: string | undefined, now = NOW, interval = 0) =>
  tokens.judge(token === undefined ? undefined : `bearer ${token}`, interval, now);
const refused = (reason: string) => ({ valid: false, reason });
const signedAt = (seconds: number) => providerToken(credential, ago(seconds));

describe('a provider token', () => {
  it('is accepted when its key is registered and it is younger than an hour', async () => {
    const accepted = { valid: true, teamId: credential.teamId, keyId: credential.keyId };
    expect(await judge(await signedAt(0))).toEqual(accepted);
    expect(await judge(await signedAt(3600))).toEqual(accepted);
  });

  it('is accepted from a key registered later, and refused once that key is revoked', async () => {
    const minted = await keys.mint();
    const token = await providerToken(minted, ago(0));
    expect(await judge(token)).toMatchObject({ valid: true, keyId: minted.keyId });
    await keys.revoke(minted.keyId);
    expect(await judge(token)).toEqual(refused('InvalidProviderToken'));
  });

  it('is missing without an authorization header or with another scheme', async () => {
    expect(await judge(undefined)).toEqual(refused('MissingProviderToken'));
    expect(await tokens.judge('Basic abc', 0, NOW)).toEqual(refused('MissingProviderToken'));
  });

  it('expires after an hour, also while it is remembered as verified', async () => {
    const token = await signedAt(0);
    expect(await judge(token)).toMatchObject({ valid: true });
    expect(await judge(token, NOW + 3_601_000)).toEqual(refused('ExpiredProviderToken'));
  });

  it('is invalid when it comes from the future', async () => {
    expect(await judge(await signedAt(-301))).toEqual(refused('InvalidProviderToken'));
  });

  it('is invalid when signed by another key, for another team, or without a time', async () => {
    const other = await keys.mint();
    const key = await importPKCS8(credential.privateKey, 'ES256');
    const header = { alg: 'ES256', kid: credential.keyId };
    const forged = [
      await providerToken({ ...credential, privateKey: other.privateKey }, ago(0)),
      await providerToken({ ...credential, teamId: other.teamId }, ago(0)),
      await providerToken({ ...credential, keyId: 'UNKNOWNKEY' }, ago(0)),
      await new SignJWT({ iss: credential.teamId }).setProtectedHeader(header).sign(key),
      await new SignJWT({ iss: credential.teamId, iat: ago(0) }).setProtectedHeader({ alg: 'ES256' }).sign(key),
      'not.a.token',
    ];
    for (const token of forged) expect(await judge(token)).toEqual(refused('InvalidProviderToken'));
  });

  it('is invalid when signed with another algorithm, even by the right team', async () => {
    const secret = new TextEncoder().encode(keys.list()[0]!.publicKey);
    const token = await new SignJWT({ iss: credential.teamId, iat: ago(0) })
      .setProtectedHeader({ alg: 'HS256', kid: credential.keyId })
      .sign(secret);
    expect(await judge(token)).toEqual(refused('InvalidProviderToken'));
  });

  it('may change at any pace unless an interval is set', async () => {
    expect(await judge(await signedAt(2))).toMatchObject({ valid: true });
    expect(await judge(await signedAt(1))).toMatchObject({ valid: true });
  });

  it('may not change within the interval, while the one in use keeps working', async () => {
    const first = await signedAt(2);
    const second = await signedAt(1);
    expect(await judge(first, NOW, 1200)).toMatchObject({ valid: true });
    expect(await judge(second, NOW + 1_199_000, 1200)).toEqual(refused('TooManyProviderTokenUpdates'));
    expect(await judge(first, NOW + 1_199_000, 1200)).toMatchObject({ valid: true });
    expect(await judge(second, NOW + 1_200_000, 1200)).toMatchObject({ valid: true });
  });
});
