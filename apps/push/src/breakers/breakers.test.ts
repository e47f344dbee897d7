import { beforeEach, describe, expect, it } from '@jest/globals';
import { type BreakersAnswer, type BreakerView, formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { HoldsModule } from '../holds/holds.module.js';
import { liftHold, passageFor, placeHold } from '../holds/holds.js';
import { usePushRoutes } from '../push-routes.harness.js';
import { pushWork } from '../work/push-work.js';
import { BreakersModule } from './breakers.module.js';

interface Problem {
  readonly code: string;
  readonly errors: { readonly pointer: string }[];
}

describe('the breaker of a credential', () => {
  const routes = usePushRoutes((database) => [HoldsModule.with(database), BreakersModule.with(database)]);
  let app: Uuid;
  let credential: Uuid;
  const id = () => formatId('credential', credential);

  beforeEach(async () => {
    app = (await routes.makeApp()).id;
    credential = await makeCredential('apns');
    await routes.database().query('DELETE FROM push_work');
  });

  async function makeCredential(provider: string, ofApp = app): Promise<Uuid> {
    const made = newUuid();
    await routes.database().query(
      `INSERT INTO credential (id, app_id, provider, version, sealed, summary)
       VALUES ($1, $2, $3, 1, '\\x00', '{}')`,
      [made, ofApp, provider],
    );
    return made;
  }
  const put = (body: object, of = id(), key = routes.operatorToken) =>
    routes.call<BreakerView & Problem>('PUT', `/v1/breakers/${of}`, key, body);
  const isolate = (more: object = {}) => put({ position: 'open', reason: 'Apple is on fire', ...more });
  const passage = () => passageFor(routes.database(), credential, 'transactional');
  const facts = async () =>
    (await routes.database().query('SELECT type, payload FROM event_log WHERE subject = $1 ORDER BY id', [id()])).rows;
  const inMinutes = (count: number): string => new Date(Date.now() + count * 60_000).toISOString();

  it('is left to itself until an operator opens it, which stops everything that goes out with it and says why', async () => {
    expect(
      (await routes.call<BreakersAnswer>('GET', '/v1/breakers', routes.operatorToken)).body.breakers,
    ).toContainEqual(
      expect.objectContaining({
        credentialId: id(),
        provider: 'apns',
        position: 'automatic',
        reason: null,
        hold: null,
      }),
    );
    expect(await passage()).toEqual({ passage: 'free' });
    expect(await isolate()).toMatchObject({
      status: 200,
      body: {
        position: 'open',
        reason: 'Apple is on fire',
        until: null,
        hold: { reason: 'isolated_by_operator', until: null },
      },
    });
    expect(await passage()).toEqual({ passage: 'wait', ms: 60_000, reason: 'isolated_by_operator' });
    expect(await facts()).toMatchObject([
      { type: 'breaker.set', payload: { credentialId: id(), position: 'open', reason: 'Apple is on fire' } },
      { type: 'hold.placed', payload: { reason: 'isolated_by_operator' } },
    ]);
  });

  it('is moved once, however often and however soon it is asked for', async () => {
    const until = inMinutes(15);
    const answers = await Promise.all(Array.from({ length: 8 }, () => isolate({ until })));
    expect(answers.map(({ status, body }) => [status, body.position])).toEqual(answers.map(() => [200, 'open']));
    await isolate({ until: inMinutes(15.5) });
    expect(await facts()).toHaveLength(2);
    const ends = await Promise.all(Array.from({ length: 8 }, () => put({ position: 'automatic', reason: 'over' })));
    expect(ends.map(({ body }) => body.position)).toEqual(ends.map(() => 'automatic'));
    expect((await facts()).map((fact) => fact['type'])).toEqual([
      ...['breaker.set', 'hold.placed'],
      ...['breaker.set', 'hold.lifted'],
    ]);
  });

  it('stays open whatever a probe says, and when the app puts a new credential', async () => {
    await placeHold(routes.database(), credential, { scope: 'credential', ms: 60_000, reason: 'InvalidProviderToken' });
    await isolate();
    expect(await routes.database().transaction((tx) => liftHold(tx, credential, 'credential_changed'))).toBe(true);
    expect((await passage()).passage).toBe('wait');
    expect((await routes.call('DELETE', `/v1/holds/${id()}`, routes.operatorToken)).status).toBe(404);
    expect((await passage()).passage).toBe('wait');
  });

  it('lets what waited out at once when the isolation ends, and it is not late', async () => {
    const work = {
      rootId: newUuid(),
      queue: 'push.apns.bulk',
      lane: 'bulk',
      credentialId: credential,
      items: [1],
    } as const;
    const [held] = await pushWork.enqueue(routes.database(), [{ id: newUuid(), ...work }]);
    await isolate();
    await routes
      .database()
      .query(
        `UPDATE push_work SET offer = 1, due_at = now() - interval '3 h', next_offer_at = now() + interval '1 min' WHERE id = $1`,
        [held!.id],
      );
    // Nobody is woken because of what an operator wanted.
    expect((await pushWork.backlog(routes.database()))[0]).toMatchObject({ rows: 1, oldestDueSeconds: 0 });
    await put({ position: 'automatic', reason: 'over' });
    const { rows } = await routes
      .database()
      .query(`SELECT next_offer_at <= now() AS due, due_at > now() - interval '1 min' AS "isYoung" FROM push_work`);
    expect(rows).toEqual([{ due: true, isYoung: true }]);
    expect(await passage()).toEqual({ passage: 'free' });
  });

  it('ends by itself at the time that was said: one message then tries it', async () => {
    await isolate({ until: inMinutes(1) });
    // As if that minute had passed.
    for (const table of ['hold', 'breaker_setting']) {
      await routes
        .database()
        .query(`UPDATE ${table} SET until = until - interval '1 min' WHERE credential_id = $1`, [credential]);
    }
    expect(await passage()).toMatchObject({ passage: 'probe' });
    const { body } = await routes.call<BreakersAnswer>('GET', '/v1/breakers', routes.operatorToken);
    expect(body.breakers.find(({ credentialId }) => credentialId === id())).toMatchObject({
      position: 'automatic',
      hold: null,
    });
  });

  it('kept closed ends what the breaker itself had stopped, and not what the provider asked for', async () => {
    await placeHold(routes.database(), credential, {
      scope: 'credential',
      ms: 5_000,
      reason: 'provider_does_not_answer',
    });
    expect(await put({ position: 'closed', reason: 'it flaps' })).toMatchObject({
      body: { position: 'closed', hold: null },
    });
    expect(await passage()).toEqual({ passage: 'free' });
    await placeHold(routes.database(), credential, { scope: 'credential', ms: 60_000, reason: 'TooManyRequests' });
    await put({ position: 'closed', reason: 'it flaps more' });
    expect(await passage()).toMatchObject({ passage: 'wait', reason: 'TooManyRequests' });
  });

  describe('with all others of its provider or app', () => {
    const putAll = (body: object, key = routes.operatorToken) =>
      routes.call<{ credentials: number } & Problem>('PUT', '/v1/breakers', key, { reason: 'recall', ...body });
    const passes = async (of: Uuid) => (await passageFor(routes.database(), of, 'bulk')).passage;
    const appId = () => formatId('app', app);

    it('is opened and let go at once: of the app alone, whatever the provider', async () => {
      const google = await makeCredential('fcm');
      const { id: other } = await routes.makeApp();
      const ofOther = await makeCredential('apns', other);
      expect(await putAll({ appId: appId(), position: 'open' })).toMatchObject({
        status: 200,
        body: { credentials: 2 },
      });
      expect(await Promise.all([credential, google, ofOther].map(passes))).toEqual(['wait', 'wait', 'free']);
      await putAll({ appId: appId(), position: 'automatic' });
      expect(await Promise.all([credential, google].map(passes))).toEqual(['free', 'free']);
      expect((await facts()).map((fact) => fact['type'])).toEqual([
        ...['breaker.set', 'hold.placed'],
        ...['breaker.set', 'hold.lifted'],
      ]);
    });

    it('is opened in every app where its provider is named, and stays closed where another is', async () => {
      const google = await makeCredential('fcm');
      const { id: other } = await routes.makeApp();
      const ofOther = await makeCredential('apns', other);
      const { body } = await putAll({ provider: 'apns', position: 'open' });
      expect(body.credentials).toBeGreaterThanOrEqual(2);
      expect(await Promise.all([credential, ofOther, google].map(passes))).toEqual(['wait', 'wait', 'free']);
      await putAll({ provider: 'apns', position: 'automatic' });
      expect(await Promise.all([credential, ofOther].map(passes))).toEqual(['free', 'free']);
    });

    it('is not moved for nobody, for an app that is none, nor by an app', async () => {
      expect(await putAll({ position: 'open' })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/provider' }] },
      });
      for (const strange of ['x', formatId('app', newUuid())])
        expect((await putAll({ position: 'open', appId: strange })).status).toBe(404);
      expect((await putAll({ position: 'open', appId: appId(), until: '2020-01-01T00:00:00Z' })).status).toBe(422);
      const key = await routes.makeKey(app, 'secret', ['credentials:write']);
      expect((await putAll({ position: 'open', appId: appId() }, key)).status).toBe(403);
      expect(await facts()).toEqual([]);
    });
  });

  it.each([
    ['no reason', { position: 'open', reason: ' ' }, '/reason'],
    ['a position that is none', { position: 'ajar', reason: 'x' }, '/position'],
    ['an end in the past', { position: 'open', reason: 'x', until: '2020-01-01T00:00:00Z' }, '/until'],
  ])('is not moved with %s', async (_what, body, pointer) => {
    expect(await put(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(await facts()).toEqual([]);
  });

  it('is for operators, and there is none where no notification goes', async () => {
    const key = await routes.makeKey(app, 'secret', ['credentials:write', 'notifications:read']);
    expect((await put({ position: 'open', reason: 'x' }, id(), key)).status).toBe(403);
    expect((await routes.call('GET', '/v1/breakers', key)).status).toBe(403);
    const stripe = formatId('credential', await makeCredential('stripe'));
    for (const strange of [stripe, formatId('credential', newUuid()), 'x']) {
      expect((await put({ position: 'open', reason: 'x' }, strange)).status).toBe(404);
    }
  });
});
