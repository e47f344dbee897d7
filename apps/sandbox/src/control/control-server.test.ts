import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { TOKEN_PREFIXES as APNS_PREFIXES } from '../apns/token-prefixes.js';
import { TOKEN_PREFIXES as FCM_PREFIXES } from '../fcm/token-prefixes.js';
import { TOKEN_PREFIXES as WEBPUSH_PREFIXES } from '../webpush/token-prefixes.js';
import { registrationToken } from '../fcm.harness.js';
import { deviceToken, SandboxHarness } from '../sandbox.harness.js';

let box: SandboxHarness;
beforeAll(async () => {
  box = await SandboxHarness.start();
});
afterAll(() => box.stop());

const token = `/v1/apns/tokens/${deviceToken()}`;
const behaviour = '/v1/apns/behaviour';
const fcmToken = `/v1/fcm/tokens/${registrationToken()}`;
const fcmBehaviour = '/v1/fcm/behaviour';

describe('the control API', () => {
  it('lives', async () => {
    expect(await box.control('GET', '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('gives a credential that is complete and names the APNs port in use', async () => {
    expect(box.credential).toEqual({
      teamId: expect.stringMatching(/^[A-Z0-9]{10}$/),
      keyId: expect.stringMatching(/^[A-Z0-9]{10}$/),
      privateKey: expect.stringContaining('BEGIN PRIVATE KEY'),
      endpoint: {
        origin: `https://127.0.0.1:${box.sandbox.apnsPort}`,
        ca: expect.stringContaining('BEGIN CERTIFICATE'),
      },
    });
    const pem = await fetch(`http://127.0.0.1:${box.sandbox.controlPort}/v1/apns/ca.pem`);
    expect(await pem.text()).toBe(box.credential.endpoint.ca);
  });

  it.each<[string, string, string, unknown, string]>([
    ['an unknown field', 'PUT', token, { outcome: { status: 410, color: 'red' } }, '/outcome/color'],
    ['an outcome that is missing', 'PUT', token, {}, '/outcome'],
    ['two endings at once', 'PUT', token, { outcome: { status: 500, hang: true } }, '/outcome'],
    ['a reason that implies no status', 'PUT', token, { outcome: { reason: 'Sunspots' } }, '/outcome/status'],
    [
      'an accepted notification with a reason',
      'PUT',
      token,
      { outcome: { status: 200, reason: 'Unregistered' } },
      '/outcome/reason',
    ],
    ['a status that does not exist', 'PUT', token, { outcome: { status: 99 } }, '/outcome/status'],
    ['a reset code that does not exist', 'PUT', token, { outcome: { reset: 'OUCH' } }, '/outcome/reset'],
    ['no times at all', 'PUT', token, { outcome: {}, times: 0 }, '/times'],
    ['a token that is not hexadecimal', 'PUT', '/v1/apns/tokens/xyz', { outcome: {} }, '/token'],
    ['a share above one', 'PUT', behaviour, { status: 500, share: 2 }, '/share'],
    ['a latency in words', 'PUT', behaviour, { latencyMs: 'long' }, '/latencyMs'],
    ['no body', 'PUT', behaviour, undefined, ''],
    ['a limit of zero', 'GET', '/v1/apns/requests?limit=0', undefined, '/limit'],
    ['an unknown filter', 'GET', '/v1/apns/requests?device=1', undefined, '/device'],
    ['a key id of the wrong length', 'PUT', '/v1/apns/keys/SHORT', { teamId: 'ABCDEFGHIJ', publicKey: '' }, '/keyId'],
    [
      'a public key that is none',
      'PUT',
      '/v1/apns/keys/ABCDEFGHIJ',
      { teamId: 'ABCDEFGHIJ', publicKey: 'x' },
      '/publicKey',
    ],
    ['two endings of FCM at once', 'PUT', fcmToken, { outcome: { status: 500, hang: true } }, '/outcome'],
    ['an error code that implies no status', 'PUT', fcmToken, { outcome: { errorCode: 'GONE' } }, '/outcome/status'],
    ['a token of FCM with a space', 'PUT', '/v1/fcm/tokens/a%20b', { outcome: {} }, '/token'],
    ['a token endpoint that succeeds', 'PUT', fcmBehaviour, { oauthStatus: 200 }, '/oauthStatus'],
    ['an unknown filter of FCM', 'GET', '/v1/fcm/requests?topic=1', undefined, '/topic'],
    ['a project id with capitals', 'POST', '/v1/fcm/accounts', { projectId: 'Project' }, '/projectId'],
    ['an unknown GOAWAY code', 'POST', '/v1/apns/goaway', { code: 'BYE' }, '/code'],
  ])('names the field of %s', async (_name, method, path, body, pointer) => {
    const answer = await box.control(method, path, body);
    expect(answer).toMatchObject({
      status: 422,
      type: expect.stringContaining('application/problem+json'),
      body: {
        code: 'invalid_request',
        status: 422,
        errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
      },
    });
  });

  it('refuses what is not JSON, is too large, or does not exist, each with its own problem', async () => {
    const url = `http://127.0.0.1:${box.sandbox.controlPort}${behaviour}`;
    const put = async (body: string, contentType = 'application/json') => {
      const response = await fetch(url, { method: 'PUT', body, headers: { 'content-type': contentType } });
      return (await response.json()) as object;
    };
    expect(await put('{"status":')).toMatchObject({ status: 400, code: 'malformed_json' });
    expect(await put('<a/>', 'application/xml')).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(await put(`"${'x'.repeat(2_000_000)}"`)).toMatchObject({ status: 413, code: 'too_large' });
    expect(await put('{"__proto__":{"status":500}}')).toMatchObject({ status: 400, code: 'malformed_json' });
    expect((await box.control('GET', '/v1/nothing')).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await box.control('DELETE', `/v1/apns/tokens/${deviceToken(99)}`)).body).toMatchObject({ status: 404 });
  });

  it.each([
    { status: 429, reason: 'TooManyRequests', retryAfter: 3, latencyMs: 5 },
    { status: 410, reason: 'Unregistered', timestamp: 1 },
    { reset: 'REFUSED_STREAM' },
    { hang: true },
    { disconnect: true },
    { latencyMs: 1 },
  ])('shows the outcome %j in the words it is written in', async (outcome) => {
    await box.control('PUT', token, { outcome });
    expect((await box.control('GET', token)).body).toEqual({ token: deviceToken(), outcome, used: 0 });
    const set = await box.control('PUT', behaviour, { ...outcome, share: 0, topics: ['a.b'] });
    expect(set.body).toMatchObject({ ...outcome, share: 0, topics: ['a.b'] });
    expect(await box.control('PUT', behaviour, set.body)).toEqual(set);
    await box.control('POST', '/v1/apns/reset');
  });

  it.each([
    { status: 429, errorCode: 'QUOTA_EXCEEDED', quota: 'project', retryAfter: 3, latencyMs: 5 },
    { status: 404, errorCode: null },
    { status: 429, errorCode: null, reason: 'RATE_LIMIT_EXCEEDED' },
    { status: 400, errorCode: null, message: 'no', fieldViolations: [{ field: 'message', description: 'no' }] },
    { status: 502, html: true },
    { reset: 'REFUSED_STREAM' },
    { hang: true },
    { disconnect: true },
    { latencyMs: 1 },
  ])('shows the outcome %j of FCM in the words it is written in', async (outcome) => {
    await box.control('PUT', fcmToken, { outcome });
    expect((await box.control('GET', fcmToken)).body).toEqual({ token: registrationToken(), outcome, used: 0 });
    const set = await box.control('PUT', fcmBehaviour, { ...outcome, share: 0, accessTokenSeconds: 60 });
    expect(set.body).toMatchObject({ ...outcome, share: 0, accessTokenSeconds: 60 });
    expect(await box.control('PUT', fcmBehaviour, set.body)).toEqual(set);
    await box.control('POST', '/v1/fcm/reset');
  });

  it('gives a service account that is complete and names the FCM port in use', async () => {
    const origin = `https://127.0.0.1:${box.sandbox.fcmPort}`;
    const { body } = await box.control('GET', '/v1/fcm/credential');
    expect(body).toEqual({
      type: 'service_account',
      project_id: 'signalbox-demo',
      private_key_id: expect.stringMatching(/^[0-9a-f]{40}$/),
      private_key: expect.stringContaining('BEGIN PRIVATE KEY'),
      client_email: 'sandbox@signalbox-demo.iam.gserviceaccount.com',
      client_id: expect.stringMatching(/^\d+$/),
      token_uri: `${origin}/token`,
      endpoint: { origin, ca: box.credential.endpoint.ca },
    });
    const { body: known } = await box.control('GET', '/v1/fcm/accounts');
    expect(known).toMatchObject({ accounts: [{ projectId: 'signalbox-demo' }] });
    expect(JSON.stringify(known)).not.toContain('PRIVATE');
  });

  it('lists the prefixes and the registered keys, and registers one more', async () => {
    const { body: before } = await box.control('GET', '/v1/apns/keys');
    const { keys } = before as { keys: { keyId: string; publicKey: string }[] };
    expect(keys.map((key) => key.keyId)).toEqual([box.credential.keyId]);
    const { status } = await box.control('PUT', '/v1/apns/keys/MYOWNKEY01', {
      teamId: 'MYOWNTEAM1',
      publicKey: keys[0]!.publicKey,
    });
    expect(status).toBe(200);
    const { body: prefixes } = await box.control('GET', '/v1/apns/token-prefixes');
    expect(prefixes).toMatchObject({
      prefixes: expect.arrayContaining([{ prefix: 'bad0bad0', meaning: '400 BadDeviceToken' }]),
    });
  });

  it('is documented, every prefix of it', async () => {
    const documented = await readFile(new URL('../../../../docs/sandbox.md', import.meta.url), 'utf8');
    const [ofApns = '', ofFcm = ''] = documented.split('\n## FCM\n');
    for (const prefix of APNS_PREFIXES.keys()) expect(ofApns).toContain(`\`${prefix}\``);
    for (const prefix of FCM_PREFIXES.keys()) expect(ofFcm).toContain(`\`${prefix}\``);
    const [, ofWebPush = ''] = documented.split('\n## Web Push\n');
    for (const prefix of WEBPUSH_PREFIXES.keys()) expect(ofWebPush).toContain(`\`${prefix}\``);
  });
});
