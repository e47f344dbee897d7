import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QUEUES } from '@signalbox/contracts';
import { openQueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { eventually, queueBackends, usePostgres, useRedis } from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';

describe.each(queueBackends())('a notification, with queues on $name', ({ redisUrl }) => {
  // Hooks run in the order of their making: the processes leave before their database is dropped.
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  useRedis();
  const token = goodToken();

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl, withEvents: true });
    await stack.registerDevice(stack.app, { installation: 'phone-1', user: 'ann', token });
  }, 60_000);

  const statusOf = async (id: string): Promise<unknown> =>
    (await stack.push_('GET', `/v1/notifications/${id}`)).body.status;
  const send = async (body: object, headers?: Record<string, string>): Promise<string> => {
    const answer = await stack.push_('POST', '/v1/notifications', body, headers);
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted' } });
    return answer.body.id as string;
  };
  const receivedFor = (wanted: string) => stack.received().filter((push) => push.token === wanted);

  it('reaches the phone within two seconds, with every header that Apple asks for', async () => {
    const id = await send({
      to: { userId: 'ann' },
      content: { title: 'Hello', body: 'World', data: { order: '7' } },
      options: { ttlSeconds: 600, collapseKey: 'greeting' },
    });
    await eventually(async () => expect(await statusOf(id)).toBe('sent'), { within: 2_000 });
    const { deliveries } = (await stack.push_('GET', `/v1/notifications/${id}/deliveries`)).body;
    expect(deliveries).toMatchObject([{ state: 'sent', provider: 'apns', attempt: 1 }]);
    const [received] = receivedFor(token);
    expect(received).toMatchObject({
      headers: {
        'apns-topic': 'com.example.app',
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-collapse-id': 'greeting',
        'apns-id': expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
      },
      payload: { aps: { alert: { title: 'Hello', body: 'World' } }, order: '7' },
    });
    const expiration = Number(received!.headers['apns-expiration']);
    expect(Math.abs(expiration - (Date.now() / 1_000 + 600))).toBeLessThan(5);
  });

  it('is seen in the feed from acceptance to outcome, without its content', async () => {
    const id = await send({ to: { installationId: 'phone-1' }, content: { body: 'a secret sentence' } });
    const feed = await eventually(async () => {
      const { body } = await stack.call('GET', `${stack.urls.events}/v1/events?subject=${id}`, {
        key: stack.app.secretKey,
      });
      expect(body.events.map((event: { type: string }) => event.type)).toEqual([
        'notification.accepted',
        'delivery.sent',
      ]);
      return JSON.stringify(body);
    });
    expect(feed).not.toContain('secret sentence');
  });

  it('to a dead token deletes the device, says why, and is not tried again', async () => {
    const dead = `deaddead${goodToken().slice(8)}`;
    await stack.registerDevice(stack.app, { installation: 'phone-dead', user: 'bob', token: dead });
    const first = await send({ to: { userId: 'bob' }, content: { body: 'x' } });
    await eventually(async () => expect(await statusOf(first)).toBe('failed'));
    const { body } = await stack.push_('GET', `/v1/notifications/${first}/explain`);
    expect(body.because).toContain('gone');
    expect(body.timeline.at(-1)).toMatchObject({ what: 'delivery.gone', data: { answer: { status: 410 } } });
    const second = await send({ to: { userId: 'bob' }, content: { body: 'x' } });
    await eventually(async () => expect(await statusOf(second)).toBe('undeliverable'));
    expect(receivedFor(dead)).toHaveLength(1);
  });

  it('goes to every device of every named user, and says who had none', async () => {
    const [one, two] = [goodToken(), goodToken()];
    await stack.registerDevice(stack.app, { installation: 'cleo-1', user: 'cleo', token: one });
    await stack.registerDevice(stack.app, { installation: 'cleo-2', user: 'cleo', token: two });
    const id = await send({
      to: { userIds: ['cleo', 'nobody'] },
      content: { body: 'both' },
      options: { priority: 'bulk' },
    });
    await eventually(async () => expect(await statusOf(id)).toBe('sent'));
    expect([...receivedFor(one), ...receivedFor(two)].map((push) => push.headers['apns-priority'])).toEqual(['5', '5']);
    const { body } = await stack.push_('GET', `/v1/notifications/${id}/explain`);
    expect(body.timeline).toContainEqual(
      expect.objectContaining({ what: 'notification.routed', data: { deliveries: 2, withoutDevice: ['nobody'] } }),
    );
  });

  it('reaches an Android phone through FCM, and a dead Android token deletes only its device', async () => {
    const android = (installation: string, token: string) =>
      stack.push_('PUT', `/v1/devices/${installation}`, {
        userId: 'gil',
        platform: 'android',
        target: { kind: 'fcm_token', token },
      });
    const [alive, dead] = [`alive-${goodToken()}`, `deaddead-${goodToken()}`];
    expect((await android('droid-1', alive)).status).toBe(201);
    expect((await android('droid-2', dead)).status).toBe(201);
    const id = await send({ to: { userId: 'gil' }, content: { title: 'Hi', body: 'droid', data: { order: '7' } } });
    await eventually(async () => {
      const { deliveries } = (await stack.push_('GET', `/v1/notifications/${id}/deliveries`)).body;
      expect(deliveries.map((each: { provider: string; state: string }) => [each.provider, each.state]).sort()).toEqual(
        [
          ['fcm', 'gone'],
          ['fcm', 'sent'],
        ],
      );
    });
    const { body } = await stack.call('GET', `${stack.urls.control}/v1/fcm/requests?token=${alive}`);
    expect(JSON.stringify(body.requests)).toContain('"order":"7"');
    const left = await stack.push_('GET', '/v1/users/gil/devices');
    expect(left.body.items).toHaveLength(1);
  });

  it('waits for an operator who has paused the queue of its provider', async () => {
    const backend = openQueueBackend({
      ...{ redisUrl, databaseUrl: postgres.url(), prefix: stack.env['QUEUE_PREFIX']! },
      logger: createLogger('operator', 'silent'),
    });
    await eventually(() => backend.ping());
    const queue = backend.queue(QUEUES.apnsTransactional);
    const waiting = `SELECT lease_token FROM push_work WHERE queue = 'push.apns.transactional'`;
    try {
      await queue.pause();
      const before = receivedFor(token).length;
      const id = await send({ to: { userId: 'ann' }, content: { body: 'later' } });
      await eventually(async () => {
        expect((await postgres.database().query(waiting)).rows).toEqual([{ lease_token: null }]);
      });
      expect([await statusOf(id), receivedFor(token).length]).toEqual(['sending', before]);
      await queue.resume();
      await eventually(async () => expect(await statusOf(id)).toBe('sent'));
    } finally {
      await queue.resume();
      await backend.close();
    }
  });

  it('is retried at the time that Apple names, with the same apns-id', async () => {
    const busy = goodToken();
    await stack.registerDevice(stack.app, { installation: 'busy', user: 'dan', token: busy });
    await stack.call('PUT', `${stack.urls.control}/v1/apns/tokens/${busy}`, {
      body: { outcome: { status: 429, reason: 'TooManyRequests', retryAfter: 2 }, times: 1 },
    });
    const id = await send({ to: { userId: 'dan' }, content: { body: 'again' } });
    await eventually(async () => expect(await statusOf(id)).toBe('sent'), { within: 12_000 });
    const tries = receivedFor(busy);
    expect(tries.map((push) => push.answer.status)).toEqual([429, 200]);
    expect(tries[1]!.headers['apns-id']).toBe(tries[0]!.headers['apns-id']);
  }, 20_000);

  it('gets one id from twenty concurrent posts with one key, and 422 for another body', async () => {
    const body = { to: { userId: 'ann' }, content: { body: 'once' } };
    const headers = { 'idempotency-key': `once-${goodToken()}` };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => stack.push_('POST', '/v1/notifications', body, headers)),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 202));
    expect(new Set(answers.map((answer) => answer.body.id as string)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotency-replayed') === 'true')).toHaveLength(19);
    const other = await stack.push_('POST', '/v1/notifications', { ...body, content: { body: 'twice' } }, headers);
    expect(other).toMatchObject({ status: 422, body: { errors: [{ pointer: '/Idempotency-Key' }] } });
    await eventually(async () => expect(await statusOf(answers[0]!.body.id as string)).toBe('sent'));
    expect(receivedFor(token).filter((push) => JSON.stringify(push.payload).includes('"once"'))).toHaveLength(1);
  });

  it('keeps the key of a batch apart from the same letters sent with one notification', async () => {
    const body = { to: { userId: 'ann' }, content: { body: 'both are wanted' } };
    const key = `batch-${goodToken()}`;
    const batch = await stack.push_(
      'POST',
      '/v1/notifications/batch',
      { notifications: [body] },
      { 'idempotency-key': key },
    );
    const again = await stack.push_(
      'POST',
      '/v1/notifications/batch',
      { notifications: [body] },
      { 'idempotency-key': key },
    );
    expect(again.body.results).toMatchObject([{ id: batch.body.results[0].id, replayed: true }]);
    expect(await send(body, { 'idempotency-key': `${key}/0` })).not.toBe(batch.body.results[0].id);
  });

  it('is unknown to the key of another app, and to nobody without a key', async () => {
    const id = await send({ to: { userId: 'ann' }, content: { body: 'mine' } });
    const other = await stack.createApp('other');
    for (const path of ['', '/deliveries', '/explain']) {
      expect(
        (await stack.call('GET', `${stack.urls.push}/v1/notifications/${id}${path}`, { key: other.secretKey })).status,
      ).toBe(404);
    }
    expect(
      (await stack.call('DELETE', `${stack.urls.push}/v1/notifications/${id}`, { key: other.secretKey })).status,
    ).toBe(404);
    expect((await stack.call('GET', `${stack.urls.push}/v1/notifications/${id}`)).status).toBe(401);
    expect((await stack.call('POST', `${stack.urls.push}/v1/notifications`, { body: {} })).status).toBe(401);
  });

  it('is either cancelled and never sent, or sent and too late to cancel', async () => {
    const phone = goodToken();
    await stack.registerDevice(stack.app, { installation: 'fay', user: 'fay', token: phone });
    const ends = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const id = await send({ to: { userId: 'fay' }, content: { body: 'oops' } });
        const { status, body } = await stack.push_('DELETE', `/v1/notifications/${id}`);
        if (status === 409) await eventually(async () => expect(await statusOf(id)).toBe('sent'));
        else expect({ status, is: body.status }).toEqual({ status: 200, is: 'cancelled' });
        return status;
      }),
    );
    expect(receivedFor(phone)).toHaveLength(ends.filter((status) => status === 409).length);
  });

  it('fails alone in a batch, with the reason at its place', async () => {
    const good = { to: { userId: 'ann' }, content: { body: 'line' } };
    const lines = Array.from({ length: 256 }, (_, index) => (index === 77 ? { ...good, content: { body: 5 } } : good));
    const { status, body } = await stack.push_('POST', '/v1/notifications/batch', { notifications: lines });
    expect(status).toBe(202);
    const refused = body.results.filter((result: { status: string }) => result.status === 'refused');
    expect(refused).toMatchObject([
      { index: 77, problem: { code: 'invalid_request', errors: [{ pointer: '/content/body' }] } },
    ]);
    expect(new Set(body.results.map((result: { id?: string }) => result.id)).size).toBe(256);
  });

  it('waits while its credential is refused, and goes on at once when a good one is put', async () => {
    const app = await stack.createApp('rotating');
    const phone = goodToken();
    await stack.registerDevice(app, { installation: 'rot', user: 'eve', token: phone });
    const good = (await stack.call('GET', `${stack.urls.control}/v1/apns/credential`)).body;
    const put = (body: object) =>
      stack.call('PUT', `${stack.urls.auth}/v1/apps/${app.id}/credentials/apns`, {
        key: stack.env.OPERATOR_TOKEN!,
        body,
      });
    expect((await put({ ...good, teamId: 'WRONGTEAM1' })).status).toBe(200);
    const { body: accepted } = await stack.call('POST', `${stack.urls.push}/v1/notifications`, {
      key: app.secretKey,
      body: { to: { userId: 'eve' }, content: { body: 'later' } },
    });
    const explain = async () =>
      (await stack.call('GET', `${stack.urls.push}/v1/notifications/${accepted.id}/explain`, { key: app.secretKey }))
        .body;
    await eventually(async () => expect((await explain()).because).toContain('on hold'), { within: 5_000 });
    expect((await put(good)).status).toBe(200);
    await eventually(async () => expect((await explain()).status).toBe('sent'), { within: 10_000 });
  }, 30_000);
});
