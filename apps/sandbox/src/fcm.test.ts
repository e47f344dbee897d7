import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { constants } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { assertion, type FcmCredential, FcmSender, registrationToken, type Transport } from './fcm.harness.js';
import { deviceToken, SandboxHarness } from './sandbox.harness.js';

const FCM_ERROR = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';
const starting = (prefix: string): string => registrationToken(1, prefix);

let box: SandboxHarness;
let sender: FcmSender;
let directory: string;
let oracleLog: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
  oracleLog = join(directory, 'oracle.ndjson');
  box = await SandboxHarness.start({ stateDirectory: directory, oracleLog });
  sender = await FcmSender.start(box);
});
afterEach(() => box.control('POST', '/v1/fcm/reset'));
afterAll(async () => {
  sender.stop();
  await box.stop();
  await rm(directory, { recursive: true });
});

const behave = async (body: object) => {
  expect(await box.control('PUT', '/v1/fcm/behaviour', body)).toMatchObject({ status: 200 });
};
const requests = async (query: string) =>
  (await box.control('GET', `/v1/fcm/requests?${query}`)).body as { requests: Record<string, unknown>[] };
/** Resolves when the sandbox has taken the token's request in, answered or not. */
const taken = async (token: string) => (await requests(`token=${token}&waitMs=5000`)).requests[0];
const stats = async () =>
  (await box.control('GET', '/v1/fcm/stats')).body as {
    endings: object;
    accessTokens: object;
    connections: { open: number; total: number };
  };
const fcmError = (errorCode: string) => ({ '@type': FCM_ERROR, errorCode });

describe.each<[string, () => Transport]>([
  ['HTTP/1.1', () => sender.http1],
  ['HTTP/2', () => sender.http2()],
])('a message over %s', (version, open) => {
  it('is accepted, named, and listed with its target, its headers, its payload and the answer', async () => {
    const reply = await sender.send(open(), { token: registrationToken(2), data: { sbx_delivery_id: '1' } });
    const name = expect.stringMatching(/^projects\/signalbox-demo\/messages\/0:\d+%[0-9a-f]{16}$/);
    expect(reply).toMatchObject({ status: 200, body: { name } });
    const { requests: listed } = await requests(`token=${registrationToken(2)}`);
    expect(listed).toEqual([
      expect.objectContaining({
        httpVersion: version.slice(5),
        projectId: sender.credential.project_id,
        clientEmail: sender.credential.client_email,
        keyId: sender.credential.private_key_id,
        targetKind: 'token',
        messageName: name,
        headers: expect.objectContaining({ 'content-type': 'application/json' }),
        payload: {
          message: {
            notification: { title: 'Hello' },
            token: registrationToken(2),
            data: { sbx_delivery_id: '1' },
          },
        },
        answer: { kind: 'answer', status: 200 },
        decidedBy: 'default',
      }),
    ]);
    expect(JSON.stringify(listed)).not.toContain(sender.accessToken);
  });

  it.each<[string, number, string, object[] | undefined]>([
    ['deaddead', 404, 'NOT_FOUND', [fcmError('UNREGISTERED')]],
    ['e404e404', 404, 'NOT_FOUND', undefined],
    ['bad0bad0', 400, 'INVALID_ARGUMENT', [fcmError('INVALID_ARGUMENT')]],
    ['bad1bad1', 403, 'PERMISSION_DENIED', [fcmError('SENDER_ID_MISMATCH')]],
    ['e401e401', 401, 'UNAUTHENTICATED', [fcmError('THIRD_PARTY_AUTH_ERROR')]],
    ['a401a401', 401, 'UNAUTHENTICATED', undefined],
    ['e403e403', 403, 'PERMISSION_DENIED', undefined],
    ['e500e500', 500, 'INTERNAL', [fcmError('INTERNAL')]],
    ['a500a500', 500, 'INTERNAL', [fcmError('UNSPECIFIED_ERROR')]],
    ['e503e503', 503, 'UNAVAILABLE', [fcmError('UNAVAILABLE')]],
  ])('to a token that begins with %s is answered %i %s', async (prefix, status, name, details) => {
    const reply = await sender.send(open(), { token: starting(prefix) });
    expect(reply).toMatchObject({ status, headers: { 'content-type': expect.stringContaining('json') } });
    const message: unknown = expect.stringMatching(/.+/);
    expect(reply.kind === 'answered' && reply.body).toEqual({
      error: { code: status, status: name, message, ...(details && { details }) },
    });
  });

  it('names the field that is wrong in two ways, and the quota that is used up', async () => {
    const detailsOf = async (prefix: string): Promise<unknown> => {
      const reply = await sender.send(open(), { token: starting(prefix) });
      return reply.kind === 'answered' && (reply.body as { error: { details: unknown } }).error.details;
    };
    const violation = (field: string) => ({
      '@type': BAD_REQUEST,
      fieldViolations: [expect.objectContaining({ field })],
    });
    const quota = (subject: string) => expect.objectContaining({ violations: [expect.objectContaining({ subject })] });
    expect(await detailsOf('bad2bad2')).toEqual([violation('message.data[0].value')]);
    expect(await detailsOf('bad3bad3')).toEqual([violation('message.token'), fcmError('INVALID_ARGUMENT')]);
    expect(await detailsOf('e429e429')).toEqual([fcmError('QUOTA_EXCEEDED'), quota('device')]);
    expect(await detailsOf('a429a429')).toEqual([fcmError('QUOTA_EXCEEDED'), quota('project')]);
  });

  it('is told when to come back, and meets a proxy that answers with a page', async () => {
    const transport = open();
    for (const prefix of ['e429e429', 'a429a429', 'e503e503'])
      expect(await sender.send(transport, { token: starting(prefix) })).toMatchObject({
        headers: { 'retry-after': '1' },
      });
    expect(await sender.send(transport, { token: starting('e502e502') })).toMatchObject({
      status: 502,
      headers: { 'content-type': expect.stringContaining('text/html') },
      body: expect.stringContaining('502'),
    });
  });

  it('succeeds after as many failures as the token says', async () => {
    const transport = open();
    const statuses: unknown[] = [];
    for (let round = 0; round < 3; round += 1)
      statuses.push(await sender.send(transport, { fid: starting('f1a2f1a2') }));
    expect(statuses).toMatchObject([{ status: 503 }, { status: 503 }, { status: 200 }]);
  });

  it('gets the outcome of its token as often as asked, after its latency', async () => {
    const path = `/v1/fcm/tokens/${registrationToken(3)}`;
    await box.control('PUT', path, { outcome: { errorCode: 'UNREGISTERED', latencyMs: 60 }, times: 1 });
    const transport = open();
    const before = performance.now();
    expect(await sender.send(transport, { token: registrationToken(3) })).toMatchObject({ status: 404 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
    expect(await sender.send(transport, { token: registrationToken(3) })).toMatchObject({ status: 200 });
    expect((await box.control('GET', path)).body).toMatchObject({ remaining: 0, used: 1 });
  });

  it('shares the outcome for all with every second one', async () => {
    await behave({ status: 503, retryAfter: 9, share: 0.5 });
    const transport = open();
    const replies: unknown[] = [];
    for (let round = 0; round < 4; round += 1) replies.push(await sender.send(transport));
    const busy = { status: 503, headers: { 'retry-after': '9' } };
    expect(replies).toMatchObject([{ status: 200 }, busy, { status: 200 }, busy]);
  });

  it('never comes back while the server is a black hole, and does when that is over', async () => {
    const transport = open();
    expect(await sender.send(transport)).toMatchObject({ status: 200 });
    await behave({ blackhole: true });
    let answered = false;
    const swallowed = sender.send(transport).then((reply) => {
      answered = true;
      return reply;
    });
    // The control API is served by the same event loop: after its answers a reachable FCM would have answered too.
    for (let round = 0; round < 20; round += 1) await box.control('GET', '/health/live');
    expect(answered).toBe(false);
    await box.control('DELETE', '/v1/fcm/behaviour');
    expect(await swallowed).toMatchObject({ status: 200 });
  });

  it('never comes back from a token that is a black hole, whose connection others may cut', async () => {
    const hanging = sender.send(open(), { token: starting('b1acb1ac') });
    expect(await taken(starting('b1acb1ac'))).toMatchObject({ answer: { kind: 'hang' } });
    expect(await sender.send(open())).toMatchObject({ status: 200 });
    await box.control('POST', '/v1/fcm/goaway', { abrupt: true });
    expect(await hanging).toMatchObject({ kind: 'unanswered' });
  });

  it('is written to the oracle log with its provider before it is answered', async () => {
    const token = registrationToken(version === 'HTTP/2' ? 5 : 4);
    expect(await sender.send(open(), { token })).toMatchObject({ status: 200 });
    const line = (await readFile(oracleLog, 'utf8')).split('\n').find((each) => each.includes(token));
    expect(JSON.parse(String(line))).toMatchObject({ provider: 'fcm', token, answer: { status: 200 } });
  });
});

describe('a request that ends without an answer', () => {
  it('is reset as a stream over HTTP/2, in the two ways a sender must tell apart', async () => {
    const transport = sender.http2();
    const code = (name: 'REFUSED_STREAM' | 'INTERNAL_ERROR') => String(constants[`NGHTTP2_${name}`]);
    expect(await sender.send(transport, { token: starting('0ff00ff0') })).toEqual({
      kind: 'unanswered',
      code: code('REFUSED_STREAM'),
    });
    expect(await sender.send(transport, { token: starting('fa11fa11') })).toEqual({
      kind: 'unanswered',
      code: code('INTERNAL_ERROR'),
    });
    expect(await sender.send(transport)).toMatchObject({ status: 200 });
  });

  it('loses its connection over HTTP/1.1', async () => {
    for (const prefix of ['0ff00ff0', 'fa11fa11', 'c105c105'])
      expect(await sender.send(sender.http1, { token: starting(prefix) })).toEqual({
        kind: 'unanswered',
        code: 'ECONNRESET',
      });
  });
});

describe('connections', () => {
  it('are kept alive, and closed after their number of requests', async () => {
    const before = (await stats()).connections.total;
    for (let round = 0; round < 3; round += 1) await sender.send(sender.http1);
    expect((await stats()).connections.total - before).toBeLessThanOrEqual(1);
    // Its request for an access token was the first one on its connection.
    const fresh = await FcmSender.start(box);
    await behave({ goawayAfter: 3 });
    for (const connection of ['keep-alive', 'close'])
      expect(await fresh.send(fresh.http1)).toMatchObject({ status: 200, headers: { connection } });
    fresh.stop();
  });

  it('announce a hundred streams as Google does', async () => {
    const { session } = sender.http2();
    await new Promise((resolve) => session.once('remoteSettings', resolve));
    expect(session.remoteSettings.maxConcurrentStreams).toBe(100);
  });
});

describe('the body of a message', () => {
  const refusals: [string, string, { field?: string; fcm: boolean; says: RegExp }][] = [
    ['is not JSON', '{"message":', { fcm: false, says: /not valid JSON/ }],
    [
      'has an unknown field',
      '{"message":{"token":"x","colour":"red"}}',
      { field: 'message', fcm: false, says: /Unknown name "colour"/ },
    ],
    [
      'has a number among its data',
      '{"message":{"data":{"a":"b","n":1}}}',
      { field: 'message.data[1].value', fcm: false, says: /TYPE_STRING/ },
    ],
    [
      'has a duration in milliseconds',
      '{"message":{"android":{"ttl":1000}}}',
      { field: 'message.android.ttl', fcm: false, says: /Duration/ },
    ],
    ['has two targets', '{"message":{"token":"x","topic":"y"}}', { field: 'message', fcm: false, says: /oneof/ }],
    ['has no target', '{"message":{}}', { field: 'message', fcm: true, says: /Recipient of the message is not set/ }],
    [
      'has a token that is none',
      '{"message":{"token":"not one"}}',
      { fcm: true, says: /not a valid FCM registration token/ },
    ],
    [
      'uses a reserved data key',
      message({ data: { from: 'x' } }),
      { field: 'message.data[0].key', fcm: true, says: /payload key: from/ },
    ],
    [
      'lives longer than four weeks',
      message({ android: { ttl: '2419201s' } }),
      { field: 'message.android.ttl', fcm: true, says: /TTL/ },
    ],
    ['is too big for a device', message({ data: { a: 'x'.repeat(4096) } }), { fcm: true, says: /too big/ }],
    ['is too big for iOS', message({ apns: { payload: { a: 'x'.repeat(4096) } } }), { fcm: true, says: /too big/ }],
    ['is larger than what is read', `"${'x'.repeat(100_000)}"`, { fcm: false, says: /size exceeds/ }],
  ];

  it.each(refusals)('that %s is refused as Google does', async (_what, body, { field, fcm, says }) => {
    const reply = await sender.send(sender.http1, {}, { body });
    expect(reply).toMatchObject({
      status: 400,
      body: { error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringMatching(says) } },
    });
    const text = JSON.stringify(reply);
    expect(text.includes(FCM_ERROR)).toBe(fcm);
    if (field === undefined) expect(text).not.toContain(BAD_REQUEST);
    else
      expect(reply).toMatchObject({
        body: {
          error: { details: [{ fieldViolations: [{ field }] }, ...(fcm ? [fcmError('INVALID_ARGUMENT')] : [])] },
        },
      });
    expect((await requests('status=400')).requests[0]).toMatchObject({ decidedBy: 'protocol' });
  });

  it.each([
    ['a payload of exactly 4096 bytes', message({ notification: { title: '' }, data: { a: 'x'.repeat(4090) } })],
    [
      'everything a message can have',
      message({
        android: {
          collapseKey: 'a',
          priority: 'high',
          ttl: '60.5s',
          notification: {
            tag: 't',
            notificationCount: 2,
            lightSettings: { color: { red: 1 }, light_on_duration: '1s' },
          },
        },
        webpush: { headers: { TTL: '1' } },
        apns: { headers: {}, payload: { aps: {} } },
        fcm_options: { analytics_label: 'l' },
      }),
    ],
    ['a topic', '{"message":{"topic":"news"}}'],
    ['a condition', `{"message":{"condition":"'a' in topics && 'b' in topics"}}`],
    ['an installation id', '{"message":{"fid":"cAbCdEfGhIjKlMnOpQrStU"}}'],
  ])('may have %s', async (_what, body) => {
    expect(await sender.send(sender.http1, {}, { body })).toMatchObject({ status: 200 });
  });

  it('is only checked when it says so', async () => {
    const body = JSON.stringify({ validate_only: true, message: { token: registrationToken() } });
    expect(await sender.send(sender.http1, {}, { body })).toMatchObject({
      body: { name: 'projects/signalbox-demo/messages/fake_message_id' },
    });
  });

  function message(fields: object): string {
    return JSON.stringify({ message: { token: registrationToken(), ...fields } });
  }
});

describe('an access token', () => {
  it('is needed, and its lack is told from its falseness', async () => {
    const reason = (text: string) => ({
      status: 401,
      body: { error: { status: 'UNAUTHENTICATED', details: [{ reason: text }] } },
    });
    expect(await sender.send(sender.http1, {}, { authorization: undefined })).toMatchObject(
      reason('CREDENTIALS_MISSING'),
    );
    expect(await sender.send(sender.http1, {}, { authorization: 'Bearer x' })).toMatchObject({
      ...reason('ACCESS_TOKEN_TYPE_UNSUPPORTED'),
      headers: { 'www-authenticate': expect.stringContaining('invalid_token') },
    });
  });

  it('expires', async () => {
    await behave({ accessTokenSeconds: 0 });
    const granted = await sender.grant(await assertion(sender.credential));
    expect(await sender.send(sender.http1, {}, { authorization: bearer(granted) })).toMatchObject({
      status: 401,
      body: { error: { details: [{ reason: 'ACCESS_TOKEN_EXPIRED' }] } },
    });
  });

  it('is for its own project, the scope of messages, and the address of messages', async () => {
    const elsewhere = await sender.send(sender.http1, undefined, { project: 'another-project' });
    expect(elsewhere).toMatchObject({ status: 403, body: { error: { status: 'PERMISSION_DENIED' } } });
    expect(JSON.stringify(elsewhere)).not.toContain('details');
    const scope = 'https://www.googleapis.com/auth/devstorage.read_only';
    const narrow = bearer(await sender.grant(await assertion(sender.credential, { scope })));
    expect(await sender.send(sender.http1, undefined, { authorization: narrow })).toMatchObject({
      status: 403,
      body: { error: { details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }] } },
    });
    expect(await sender.send(sender.http1, undefined, { path: '/v1/projects/x/messages' })).toMatchObject({
      status: 404,
      headers: { 'content-type': expect.stringContaining('text/html') },
    });
  });

  it('is worth nothing once its key is revoked, and a new key of the same account takes over', async () => {
    const { status, body } = await box.control('POST', '/v1/fcm/accounts', { projectId: 'rotating-project' });
    expect(status).toBe(201);
    const old = body as FcmCredential;
    const authorization = bearer(await sender.grant(await assertion(old)));
    const project = old.project_id;
    expect(await sender.send(sender.http1, undefined, { project, authorization })).toMatchObject({ status: 200 });
    const { body: next } = await box.control('POST', '/v1/fcm/accounts', { projectId: project });
    expect((await box.control('DELETE', `/v1/fcm/accounts/${old.private_key_id}`)).status).toBe(204);
    expect(await sender.send(sender.http1, undefined, { project, authorization })).toMatchObject({ status: 401 });
    expect(await sender.grant(await assertion(old))).toMatchObject({ body: { error: 'invalid_grant' } });
    expect((next as FcmCredential).client_email).toBe(old.client_email);
    const renewed = bearer(await sender.grant(await assertion(next as FcmCredential)));
    expect(await sender.send(sender.http1, undefined, { project, authorization: renewed })).toMatchObject({
      status: 200,
    });
  });

  it('is forgotten on demand', async () => {
    const authorization = bearer(await sender.grant(await assertion(sender.credential)));
    await box.control('DELETE', '/v1/fcm/access-tokens');
    expect(await sender.send(sender.http1, undefined, { authorization })).toMatchObject({ status: 401 });
    // The sender of this file starts afresh.
    sender.stop();
    sender = await FcmSender.start(box);
  });
});

describe('the token endpoint', () => {
  it('gives an opaque token for an hour, and counts its answers', async () => {
    expect(await sender.grant(await assertion(sender.credential))).toMatchObject({
      status: 200,
      body: { access_token: expect.stringMatching(/^ya29\./), expires_in: 3599, token_type: 'Bearer' },
    });
    expect((await stats()).accessTokens).toEqual({ '200': 1 });
  });

  it("accepts Google's own address as the audience", async () => {
    const aud = 'https://oauth2.googleapis.com/token';
    expect(await sender.grant(await assertion(sender.credential, { aud }))).toMatchObject({ status: 200 });
  });

  it.each<[string, Parameters<typeof assertion>[1], string, RegExp]>([
    ['an unknown account', { iss: 'nobody@x.iam.gserviceaccount.com' }, 'invalid_grant', /account not found/],
    ['another audience', { aud: 'https://example.com/token' }, 'invalid_grant', /audience/],
    ['a time long past', { iat: 1_000_000_000 }, 'invalid_grant', /reasonable timeframe/],
    ['a life of a day', { exp: Math.floor(Date.now() / 1000) + 86_400 }, 'invalid_grant', /60 minutes/],
    ['no scope', { scope: '' }, 'invalid_scope', /scope/],
  ])('refuses %s', async (_what, change, error, description) => {
    expect(await sender.grant(await assertion(sender.credential, change))).toMatchObject({
      status: 400,
      body: { error, error_description: expect.stringMatching(description) },
    });
  });

  it('refuses a foreign key, what is no JWT, and another grant', async () => {
    const { body } = await box.control('POST', '/v1/fcm/accounts');
    const foreign = await assertion(sender.credential, { key: (body as FcmCredential).private_key });
    expect(await sender.grant(foreign)).toMatchObject({ body: { error_description: 'Invalid JWT Signature.' } });
    expect(await sender.grant('a.b.c')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await sender.grant('', 'password')).toMatchObject({ body: { error: 'unsupported_grant_type' } });
  });

  it('fails as the behaviour says, and messages do not', async () => {
    await behave({ oauthStatus: 503 });
    expect(await sender.grant(await assertion(sender.credential))).toMatchObject({ status: 503 });
    expect(await sender.send(sender.http1)).toMatchObject({ status: 200 });
  });
});

describe('the demo account', () => {
  it('is the same after a restart, and so is a message to APNs in the oracle log', async () => {
    await box.send(box.connect(), { token: deviceToken(77) });
    sender.stop();
    const { private_key: key } = sender.credential;
    await box.stop();
    box = await SandboxHarness.start({ stateDirectory: directory, oracleLog });
    sender = await FcmSender.start(box);
    expect(sender.credential.private_key).toBe(key);
    const line = (await readFile(oracleLog, 'utf8')).split('\n').find((each) => each.includes(deviceToken(77)));
    expect(JSON.parse(String(line))).toMatchObject({ provider: 'apns', token: deviceToken(77) });
  });
});

function bearer(granted: Awaited<ReturnType<FcmSender['grant']>>): string {
  return `Bearer ${((granted.kind === 'answered' && granted.body) as { access_token: string }).access_token}`;
}
