import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { apnsCredential } from './apns-credential.js';
import { fcmCredential } from './fcm-credential.js';
import { newVapidKeys, webPushSettings } from './webpush-credential.js';

const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
const ecKey = (namedCurve: string): string =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export(pkcs8).toString();
const rsaKey = (modulusLength: number): string =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export(pkcs8).toString();

const p256 = ecKey('P-256');
const rsa = rsaKey(2_048);
const publicP256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

const badFields = (schema: z.ZodType, value: object): string[] =>
  schema.safeParse(value).error?.issues.flatMap((issue) => ('keys' in issue ? issue.keys : issue.path.join('.'))) ?? [];

describe('apnsCredential', () => {
  const good = { teamId: 'ABCDE12345', keyId: 'KEY1234567', privateKey: p256 };

  it('takes the content of a .p8 file', () => {
    expect(apnsCredential.parse(good)).toEqual(good);
  });

  it.each([
    ['an RSA key', { privateKey: rsa }, ['privateKey']],
    ['an EC key on another curve', { privateKey: ecKey('P-384') }, ['privateKey']],
    ['a public key', { privateKey: publicP256 }, ['privateKey']],
    [
      'a PEM with garbage inside',
      { privateKey: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----' },
      ['privateKey'],
    ],
    ['a truncated key', { privateKey: p256.slice(0, 100) }, ['privateKey']],
    ['a path instead of the content', { privateKey: './AuthKey.p8' }, ['privateKey']],
    ['a team id of 9 letters', { teamId: 'ABCDE1234' }, ['teamId']],
    ['a key id in lower case', { keyId: 'key1234567' }, ['keyId']],
    ['everything wrong at once', { teamId: '', keyId: 1, privateKey: null }, ['teamId', 'keyId', 'privateKey']],
    ['an unknown field', { bundleId: 'com.example' }, ['bundleId']],
    [
      'an endpoint over plain http',
      { endpoint: { origin: 'http://127.0.0.1:1', ca: '' } },
      ['endpoint.origin', 'endpoint.ca'],
    ],
    [
      'an endpoint with a path',
      { endpoint: { origin: 'https://127.0.0.1:1/x', ca: 'x' } },
      ['endpoint.origin', 'endpoint.ca'],
    ],
  ])('refuses %s, naming the field', (_what, change, fields) => {
    expect(badFields(apnsCredential, { ...good, ...change })).toEqual(fields);
  });
});

describe('fcmCredential', () => {
  const good = {
    type: 'service_account',
    project_id: 'my-app-12345',
    private_key_id: 'f00',
    private_key: rsa,
    client_email: 'push@my-app-12345.iam.gserviceaccount.com',
    client_id: '1',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: 'https://www.googleapis.com/robot/v1/metadata/x509/push',
    universe_domain: 'googleapis.com',
  };

  it('takes the file of the Firebase console as it is', () => {
    expect(fcmCredential.parse(good)).toEqual(good);
  });

  it.each([
    ['an EC key', { private_key: p256 }, ['private_key']],
    ['an RSA key of 1024 bits', { private_key: rsaKey(1_024) }, ['private_key']],
    ['garbage', { private_key: 'garbage' }, ['private_key']],
    ['a project id with a slash', { project_id: 'a/../b' }, ['project_id']],
    ['a token address over plain http', { token_uri: 'http://127.0.0.1/token' }, ['token_uri']],
    ['an OAuth client instead of a service account', { type: 'authorized_user' }, ['type']],
    ['an unknown field', { secret: '1' }, ['secret']],
  ])('refuses %s, naming the field', (_what, change, fields) => {
    expect(badFields(fcmCredential, { ...good, ...change })).toEqual(fields);
  });
});

describe('webPushSettings', () => {
  const subject = 'mailto:ops@example.com';
  const good = { subject, ...newVapidKeys() };

  it('takes a pair of keys, or none, and who has them', () => {
    expect(webPushSettings.parse(good)).toEqual(good);
    expect(webPushSettings.parse({ subject: 'https://example.com/contact' })).toBeDefined();
  });

  it('fits the pairs that are made here, also those that begin with a zero', () => {
    const made = Array.from({ length: 300 }, () => ({ subject, ...newVapidKeys() }));
    expect(made.flatMap((each) => badFields(webPushSettings, each))).toEqual([]);
  });

  it.each([
    ['the public key of another pair', { publicKey: newVapidKeys().publicKey }, ['publicKey']],
    ['one key without the other', { publicKey: undefined }, ['publicKey']],
    ['the other without the one', { privateKey: undefined }, ['privateKey']],
    ['a private key that is none', { privateKey: 'A'.repeat(43) }, ['privateKey']],
    ['a key in PEM', { privateKey: p256 }, ['privateKey']],
    ['an address without mailto:', { subject: 'ops@example.com' }, ['subject']],
    ['what Apple refuses: a space', { subject: 'mailto: ops@example.com' }, ['subject']],
    ['what Apple refuses: this machine', { subject: 'mailto:ops@localhost' }, ['subject']],
    ['a page of this machine', { subject: 'https://localhost/contact' }, ['subject']],
    ['a page over http', { subject: 'http://example.com/contact' }, ['subject']],
    ['nobody', { subject: undefined }, ['subject']],
  ])('refuses %s, naming the field', (_what, change, fields) => {
    expect(badFields(webPushSettings, { ...good, ...change })).toEqual(fields);
  });
});
