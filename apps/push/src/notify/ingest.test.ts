import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface, type Interface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BatchEnd, type BatchLineAnswer, newUuid } from '@signalbox/contracts';
import { ContentCipher } from '@signalbox/credentials';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { type PushRoutes, usePushRoutes } from '../push-routes.harness.js';
import { QuotaLots } from '../quotas/quota-lots.js';
import { Quotas } from '../quotas/quotas.js';
import { TemplateReader } from '../templates/template-reader.js';
import { Acceptor } from './acceptor.js';
import { Composer } from './composer.js';
import { Notifications } from './notifications.js';
import { NotifyModule } from './notify.module.js';
import { Figures } from '../figures/figures.js';

type Line = BatchLineAnswer & BatchEnd;

let begun = 0;
/** How many lines have come as far as this. */
class CountedNotifications extends Notifications {
  override send(...args: Parameters<Notifications['send']>): ReturnType<Notifications['send']> {
    begun += 1;
    return super.send(...args);
  }
}

describe('a batch in lines', () => {
  let backend: QueueBackend;
  let key: string;
  let app: string;
  afterAll(() => backend.close());
  const logger = createLogger('test', 'silent');
  const routes: PushRoutes = usePushRoutes((database, envelope) => {
    backend = openQueueBackend({ databaseUrl: routes.databaseUrl(), prefix: '{ingest}', logger });
    const acceptor = new Acceptor(database, new Publisher(backend, logger), new Figures());
    const notifications = new CountedNotifications(
      acceptor,
      new ContentCipher(database, envelope),
      database,
      new Composer(new TemplateReader(database)),
      400,
      new Quotas(database, new QuotaLots(database, logger), { of: () => undefined, generation: 0 }),
    );
    return [NotifyModule.with(notifications)];
  });
  beforeAll(async () => {
    ({ id: app } = await routes.makeApp());
    key = await routes.makeKey(app, 'secret', ['notifications:write']);
  });

  async function open(idempotencyKey = newUuid()): Promise<{ sending: ClientRequest; answers: Promise<Interface> }> {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': idempotencyKey,
    };
    const sending = request(new URL('/v1/notifications/batch', routes.url()), { method: 'POST', headers });
    sending.flushHeaders();
    const answers = once(sending, 'response').then(([response]) => {
      expect((response as IncomingMessage).statusCode).toBe(202);
      expect((response as IncomingMessage).headers['content-type']).toBe('application/x-ndjson');
      return createInterface(response as IncomingMessage);
    });
    return { sending, answers };
  }
  async function all(answers: Promise<Interface>): Promise<Line[]> {
    const lines: Line[] = [];
    for await (const line of await answers) lines.push(JSON.parse(line) as Line);
    return lines;
  }
  const lineTo = (user: string, body = 'hello') => `${JSON.stringify({ to: { userId: user }, content: { body } })}\n`;
  const accepted = async (user: string): Promise<number> =>
    (
      await routes
        .database()
        .query(
          `SELECT FROM event_log WHERE app_id = $1 AND type = 'notification.accepted' AND payload -> 'to' ->> 'userId' = $2`,
          [app, user],
        )
    ).rowCount;

  it('answers each line in order, as it would have been answered in JSON, and says at the end what came of all', async () => {
    const { sending, answers } = await open();
    const wrong = ['{"to": 1}', 'not JSON', '{"to":{"userId":"ann"},"content":{"body":"x"},"options":{"sound":1}}'];
    const lines = Array.from({ length: 1_200 }, (_, index) =>
      index % 400 === 7 ? `${wrong[index % 3]}\n` : lineTo('ann'),
    );
    sending.end(lines.join(''));
    const told = await all(answers);
    expect(told.pop()).toEqual({ done: true, accepted: 1_197, refused: 3 });
    expect(told.map(({ index }) => index)).toEqual(lines.map((_, index) => index));
    expect(told.filter(({ status }) => status === 'refused').map(({ index }) => index)).toEqual([7, 407, 807]);
    expect(told.find(({ index }) => index === 7)).toMatchObject({ problem: { code: expect.any(String) } });
    expect(await accepted('ann')).toBe(1_197);
  });

  it('answers a line before the next one is sent', async () => {
    const { sending, answers } = await open();
    sending.write(lineTo('bea'));
    const told = (await answers)[Symbol.asyncIterator]();
    expect(JSON.parse((await told.next()).value!)).toMatchObject({ index: 0, status: 'accepted' });
    sending.write(lineTo('bea'));
    expect(JSON.parse((await told.next()).value!)).toMatchObject({ index: 1, status: 'accepted' });
    sending.end();
    expect(JSON.parse((await told.next()).value!)).toEqual({ done: true, accepted: 2, refused: 0 });
  });

  it('takes no more than 512 lines on while the database is slow, and loses none', async () => {
    const { sending, answers } = await open();
    const told = all(answers);
    begun = 0;
    const body = 'x'.repeat(2_000);
    await routes.database().transaction(async (tx) => {
      await tx.query('LOCK TABLE push_work IN EXCLUSIVE MODE');
      for (let line = 0; line < 1_500; line += 1) sending.write(lineTo('cleo', body));
      sending.end();
      await eventually(async () => expect(begun).toBe(512));
      // Whatever is on its way has had time to arrive: this goes through the same process.
      await routes.call('GET', '/v1/notifications/none', key);
      expect(begun).toBe(512);
    });
    expect((await told).at(-1)).toEqual({ done: true, accepted: 1_500, refused: 0 });
    expect(await accepted('cleo')).toBe(1_500);
  });

  it('ends when the sender goes away, who finds out what was accepted by sending the same again', async () => {
    const repeated = newUuid();
    const lines = Array.from({ length: 900 }, () => lineTo('dan'));
    const first = await open(repeated);
    first.sending.on('error', () => undefined);
    first.sending.write(lines.slice(0, 600).join(''));
    const told = (await first.answers)[Symbol.asyncIterator]();
    for (let line = 0; line < 300; line += 1) await told.next();
    first.sending.destroy();
    const second = await open(repeated);
    second.sending.end(lines.join(''));
    const again = await all(second.answers);
    expect(again.pop()).toEqual({ done: true, accepted: 900, refused: 0 });
    expect(again.slice(0, 300).every((answer) => answer.status === 'accepted' && answer.replayed)).toBe(true);
    expect(await accepted('dan')).toBe(900);
  });

  it('names the key that is wrong, or was used for another line, where it stands', async () => {
    const repeated = newUuid();
    const send = async (...lines: object[]) => {
      const { sending, answers } = await open(repeated);
      sending.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      return (await all(answers)).flatMap((line) => ('problem' in line ? [line.problem.errors] : []));
    };
    const [line, own] = [{ to: { userId: 'eve' }, content: { body: 'one' } }, newUuid()];
    expect(await send(line, { ...line, idempotencyKey: own })).toEqual([]);
    const other = { ...line, content: { body: 'another' } };
    expect(await send(other, { ...other, idempotencyKey: own }, { ...line, idempotencyKey: 'a b' })).toEqual([
      [{ in: 'header', pointer: '/Idempotency-Key', reason: expect.stringContaining('used for another') }],
      [{ pointer: '/idempotencyKey', reason: expect.stringContaining('used for another') }],
      [{ pointer: '/idempotencyKey', reason: expect.stringContaining('ASCII') }],
    ]);
  });

  it('is taken where it is meant to be, and nowhere else', async () => {
    const answer = await routes.call<{ code: string }>('POST', '/v1/notifications', key, {}, undefined, {
      'content-type': 'application/x-ndjson',
    });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
    expect((await routes.call('POST', '/v1/notifications/batch', undefined, {})).status).toBe(401);
  });
});
