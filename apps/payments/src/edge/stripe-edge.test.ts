import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, parseId, objectKey } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import { eventually, queueBackends } from '@signalbox/testing';
import { newSecret, signatureOf, snapshotEvent, thinEvent, usePayments } from '../payments.harness.js';

describe.each(queueBackends())('a webhook of Stripe, over $name', (backend) => {
  const payments = usePayments(backend);
  const { deliver, sql } = payments;
  const stored = (id: string) => sql('SELECT * FROM stripe_event WHERE event_id = $1', [id]);

  it('is stored with everything it says, encrypted, and work on its object is owed', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    const object = { id: 'pi_known', object: 'payment_intent' };
    const { id, body } = snapshotEvent({ data: { object }, created: 1_764_000_000 });
    const answer = await deliver(source, body);
    expect([answer.status, answer.body]).toEqual([200, { received: true }]);
    const key = objectKey(app.id, '', 'pi_known');
    const [row] = await stored(id);
    expect(row).toMatchObject({
      app_id: app.id,
      account: '',
      source_id: parseId('stripeSource', source.id),
      via: 'webhook',
      shape: 'snapshot',
      type: 'payment_intent.succeeded',
      api_version: '2026-09-30.endive',
      livemode: false,
      object_type: 'payment_intent',
      object_id: 'pi_known',
      object_key: key,
      snapshot_event: null,
      created: new Date(1_764_000_000_000),
    });
    const content = row!['content'] as Buffer;
    expect(content.includes('pi_known')).toBe(false);
    const cipher = new ContentCipher(
      payments.database(),
      new Envelope(loadMasterKey({ key: payments.configOf().MASTER_KEY })),
    );
    expect((await cipher.decrypt(app.id, row!['dek_id'] as string, content)).toString()).toBe(body);
    expect(await sql('SELECT event FROM stripe_inbox WHERE object_key = $1', [key])).toEqual([{ event: row!['id'] }]);
    expect(
      await sql('SELECT queue, lane, credential_id, items FROM payments_work WHERE app_id = $1', [app.id]),
    ).toEqual([
      { queue: 'payments.stripe.transactional', lane: 'transactional', credential_id: app.id, items: [{ o: key }] },
    ]);
  });

  it('that comes twenty times at once is stored once, and answered 200 each time', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    const { id, body } = snapshotEvent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(source, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(20).fill(200));
    expect((await deliver(source, body)).status).toBe(200);
    expect(await stored(id)).toHaveLength(1);
    expect(await sql('SELECT FROM stripe_inbox')).toHaveLength((await sql('SELECT FROM stripe_event')).length);
    expect(await sql('SELECT FROM payments_work WHERE app_id = $1', [app.id])).toHaveLength(1);
  });

  it('is the same event to another process', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    const { id, body } = snapshotEvent();
    const other = await payments.start();
    try {
      const answers = await Promise.all([deliver(source, body), deliver(source, body, {}, other.url)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    } finally {
      await other.close();
    }
    expect(await stored(id)).toHaveLength(1);
  });

  it('is another event to another app, and to another account', async () => {
    const [mine, theirs] = [await payments.makeApp(), await payments.makeApp()];
    const { id, body } = snapshotEvent();
    for (const app of [mine, theirs]) expect((await deliver(await app.makeSource(), body)).status).toBe(200);
    const connect = await mine.makeSource({ scope: 'connect' });
    for (const account of ['acct_1', 'acct_2']) {
      expect((await deliver(connect, snapshotEvent({ id, account }).body)).status).toBe(200);
    }
    expect(await stored(id)).toHaveLength(4);
  });

  it('of a type that nobody knows is stored, answered 200 and counted by its type', async () => {
    const source = await (await payments.makeApp()).makeSource();
    const type = 'climate.order.delayed';
    const { id, body } = snapshotEvent({ type });
    expect((await deliver(source, body)).status).toBe(200);
    expect(await stored(id)).toHaveLength(1);
    expect(await payments.metric(`stripe_events_stored_total{type="${type}"`)).toBe(1);
  });

  it('about nothing with an id is work on the event itself', async () => {
    const app = await payments.makeApp();
    const { id, body } = snapshotEvent({ type: 'balance.available', data: { object: { object: 'balance' } } });
    expect((await deliver(await app.makeSource(), body)).status).toBe(200);
    expect((await stored(id))[0]).toMatchObject({ object_id: null, object_key: objectKey(app.id, '', id) });
  });

  it('may be thin: it names its object, its account and the snapshot that tells of the same', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource({ shape: 'thin', scope: 'connect' });
    const { id, body } = thinEvent({ context: 'org_1/acct_1', snapshot_event: 'evt_snapshot' });
    expect((await deliver(source, body)).status).toBe(200);
    expect((await stored(id))[0]).toMatchObject({
      shape: 'thin',
      account: 'acct_1',
      object_type: 'payment_intent',
      object_id: 'pi_1',
      snapshot_event: 'evt_snapshot',
      object_key: objectKey(app.id, 'acct_1', 'pi_1'),
    });
  });

  it('is taken whatever its content type, and with 1 MiB, but not with more', async () => {
    const source = await (await payments.makeApp()).makeSource();
    for (const type of ['text/plain', '', 'application/octet-stream', 'application/x-www-form-urlencoded']) {
      expect((await deliver(source, snapshotEvent().body, { 'content-type': type })).status).toBe(200);
    }
    const { body } = snapshotEvent();
    const full = body + ' '.repeat(1_024 * 1_024 - Buffer.byteLength(body));
    expect((await deliver(source, full)).status).toBe(200);
    const answer = await deliver(source, `${full} `);
    expect([answer.status, answer.body.code]).toEqual([413, 'body_too_large']);
  });
});

describe('a webhook that is not taken', () => {
  const payments = usePayments();
  const { deliver, sql } = payments;

  it.each([
    ['without a signature', { 'stripe-signature': '' }, 'signature_missing', /no Stripe-Signature/],
    [
      'with v0 only',
      { 'stripe-signature': `t=${Math.floor(Date.now() / 1_000)},v0=00` },
      'signature_scheme_missing',
      /v0/,
    ],
    ['with a torn signature', { 'stripe-signature': 'v1=00' }, 'signature_malformed', /no time/],
    ['signed an hour ago', { at: '-3600' }, 'timestamp_outside_tolerance', /36\d\d seconds ago.*clock/],
    ['signed in an hour', { at: '3600' }, 'timestamp_outside_tolerance', /in the future/],
  ])('%s hears why', async (_what, { at, ...headers }: Record<string, string>, code, words) => {
    const source = await (await payments.makeApp()).makeSource();
    const { body } = snapshotEvent();
    const signed =
      at === undefined ? {} : { 'stripe-signature': signatureOf(body, source.secret, Date.now() + Number(at) * 1_000) };
    const answer = await deliver(source, body, { ...headers, ...signed });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.body).toMatchObject({ code, detail: expect.stringMatching(words) });
  });

  it('is told of the other source whose secret signed it', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    const other = await app.makeSource({ name: 'The other', scope: 'connect' });
    const { body } = snapshotEvent();
    const answer = await deliver({ path: source.path, secret: other.secret }, body);
    expect(answer.body).toMatchObject({
      code: 'signature_mismatch',
      detail: expect.stringContaining(`${other.id} ("The other")`),
    });
    // And never of another app's.
    const foreign = await (await payments.makeApp()).makeSource();
    const stranger = await deliver({ path: source.path, secret: foreign.secret }, body);
    expect(stranger.body.detail).not.toContain('sts_');
  });

  it('is told no more where its body is nested as no event is', async () => {
    const source = await (await payments.makeApp()).makeSource();
    const body = '['.repeat(60_000) + ']'.repeat(60_000);
    const answer = await deliver({ path: source.path, secret: 'whsec_of_a_stranger' }, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'signature_mismatch' } });
  });

  it('is told that its body was written again on the way', async () => {
    const source = await (await payments.makeApp()).makeSource();
    const { body } = snapshotEvent();
    const answer = await deliver(source, JSON.stringify(JSON.parse(body)), {
      'stripe-signature': signatureOf(body, source.secret),
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'signature_mismatch']);
    expect(answer.body.detail).toMatch(/as JSON indented by two spaces/);
  });

  it.each([
    ['that is empty', '', /is empty/],
    ['that is no JSON', 'hello', /is not JSON/],
    ['that is no text', Buffer.from([0xff, 0xfe]), /UTF-8/],
    ['without an id', snapshotEvent({ id: undefined }).body, /"id"/],
    ['without an object', snapshotEvent({ data: {} }).body, /"data.object"/],
    ['that is an object but no event', '{"object":"payment_intent","id":"pi_1"}', /"object"/],
    ['with a NUL in its type', snapshotEvent({ type: 'a\u0000b' }).body, /"type"/],
    ['that is a list', '[]', /not an event/],
  ])('is proven and yet refused with a body %s', async (_what, body, words) => {
    const source = await (await payments.makeApp()).makeSource();
    const answer = await deliver(source, body, {
      'stripe-signature': Buffer.isBuffer(body) ? bytesSigned(body, source.secret) : signatureOf(body, source.secret),
    });
    expect([answer.status, answer.body.code]).toEqual([400, 'not_an_event']);
    expect(answer.body.detail).toMatch(words);
  });

  it.each([
    ['a thin event at a source of snapshots', {}, thinEvent().body, 'wrong_shape', /payload style/],
    ['a snapshot at a source of thin events', { shape: 'thin' }, snapshotEvent().body, 'wrong_shape', /payload style/],
    ['a live event at a test source', {}, snapshotEvent({ livemode: true }).body, 'wrong_mode', /mode live/],
    [
      "a connected account's event at the account's source",
      {},
      snapshotEvent({ account: 'acct_1' }).body,
      'wrong_scope',
      /acct_1/,
    ],
    [
      "the account's event at the source of connected ones",
      { scope: 'connect' },
      snapshotEvent().body,
      'wrong_scope',
      /connected/,
    ],
  ])('hears that %s is a mistake', async (_what, settings, body, code, words) => {
    const source = await (await payments.makeApp()).makeSource(settings);
    const answer = await deliver(source, body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(answer.body.detail).toMatch(words);
  });

  it('is no failure when it is a test event of a connected account at a live source, which Stripe sends too', async () => {
    const app = await payments.makeApp('live');
    const source = await app.makeSource({ scope: 'connect' });
    const answer = await deliver(source, snapshotEvent({ account: 'acct_1', livemode: false }).body);
    expect([answer.status, answer.body]).toEqual([
      200,
      { received: true, ignored: expect.stringContaining('test event') },
    ]);
    const own = await app.makeSource();
    expect((await deliver(own, snapshotEvent({ livemode: false }).body)).body.code).toBe('wrong_mode');
    expect(await sql('SELECT FROM stripe_event WHERE app_id = $1', [app.id])).toEqual([]);
  });

  it('comes when 512 are under way: 503 and Retry-After, while every other route answers; then there is room again', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    const { port } = new URL(payments.url());
    const head = `POST ${source.path} HTTP/1.1\r\nHost: x\r\nStripe-Signature: t=${Math.floor(Date.now() / 1_000)},v1=${'ab'.repeat(32)}\r\nContent-Length: 100\r\n\r\n`;
    const sockets = Array.from({ length: 512 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write(`${head}half of it`);
    const { body } = snapshotEvent();
    const full = await eventually(async () => {
      const answer = await deliver(source, body);
      expect(answer.status).toBe(503);
      return answer;
    });
    expect([full.headers.get('retry-after'), full.body.detail]).toEqual(['1', expect.stringContaining('under way')]);
    expect((await app.call('GET', `/v1/stripe-sources/${source.id}`)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await eventually(async () => expect((await deliver(source, body)).status).toBe(200));
    await sql('DELETE FROM stripe_event WHERE app_id = $1', [app.id]);
  });

  it('has no address: 404, without a question to the database after the first', async () => {
    const source = formatId('stripeSource', newUuid());
    const { body } = snapshotEvent();
    const send = () => deliver({ path: `/webhooks/stripe/${source}`, secret: newSecret() }, body);
    const first = await send();
    expect([first.status, first.body.code]).toEqual([404, 'unknown_source']);
    await sql('ALTER TABLE stripe_source RENAME TO stripe_source_away');
    try {
      expect((await send()).status).toBe(404);
      expect((await deliver({ path: '/webhooks/stripe/sts_x', secret: newSecret() }, body)).status).toBe(404);
    } finally {
      await sql('ALTER TABLE stripe_source_away RENAME TO stripe_source');
    }
  });

  it('leaves nothing behind, in no table and no log line', async () => {
    expect(await sql('SELECT FROM stripe_event')).toEqual([]);
    expect(payments.logLines.filter((line) => line.includes('a webhook was refused'))).toHaveLength(1);
    expect(payments.logLines.join('')).not.toContain('whsec_');
    expect(await payments.metric('stripe_webhooks_total{outcome="signature_mismatch"')).toBeGreaterThan(2);
  });
});

describe('the secrets of a source', () => {
  const payments = usePayments();
  const { deliver } = payments;
  const rotate = async (
    source: { id: string; path: string },
    app: Awaited<ReturnType<typeof payments.makeApp>>,
    body: object = {},
  ) => {
    const secret = newSecret();
    const { status } = await app.call('POST', `/v1/stripe-sources/${source.id}/secrets`, { secret, ...body });
    expect(status).toBe(201);
    return { path: source.path, secret };
  };

  it('are rotated while webhooks come: old and new count at once, then the new one alone', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    expect((await deliver(source, snapshotEvent().body)).status).toBe(200);
    const rolled = await rotate(source, app);
    for (const each of [source, rolled]) expect((await deliver(each, snapshotEvent().body)).status).toBe(200);
    const last = await rotate(source, app, { othersEndAfterSeconds: 0 });
    expect((await deliver(last, snapshotEvent().body)).status).toBe(200);
    for (const each of [source, rolled]) {
      const answer = await deliver(each, snapshotEvent().body);
      expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining('counts no longer')]);
    }
  });

  it('that another process adds count here at once, and that it deletes within seconds', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    const other = await payments.start();
    try {
      const there = (each: { path: string; secret: string }) => deliver(each, snapshotEvent().body, {}, other.url);
      expect((await there(source)).status).toBe(200);
      const rolled = await rotate(source, app);
      await eventually(async () => expect((await there(rolled)).status).toBe(200), { within: 3_000 });
      const { secrets } = (await app.call('GET', `/v1/stripe-sources/${source.id}`)).body;
      const [, first] = secrets as { id: string }[];
      expect((await app.call('DELETE', `/v1/stripe-sources/${source.id}/secrets/${first!.id}`)).status).toBe(204);
      await eventually(async () => expect((await there(source)).status).toBe(400), { within: 6_000 });
    } finally {
      await other.close();
    }
  });

  it('say when they were used last, once the process has written it down', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    const other = await payments.start();
    await deliver(source, snapshotEvent().body, {}, other.url);
    await other.close();
    const { body } = await app.call('GET', `/v1/stripe-sources/${source.id}`);
    expect(Date.now() - Date.parse(body.secrets[0].lastUsedAt)).toBeLessThan(10_000);
  });

  it('of a source that was deleted count for nothing: its address is gone', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource();
    await deliver(source, snapshotEvent().body);
    expect((await app.call('DELETE', `/v1/stripe-sources/${source.id}`)).status).toBe(204);
    expect((await deliver(source, snapshotEvent().body)).status).toBe(404);
  });
});

function bytesSigned(bytes: Buffer, secret: string): string {
  const timestamp = Math.floor(Date.now() / 1_000);
  const mac = createHmac('sha256', secret).update(`${timestamp}.`).update(bytes).digest('hex');
  return `t=${timestamp},v1=${mac}`;
}
