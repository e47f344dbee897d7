import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { newSecret, usePayments } from '../payments.harness.js';

const HOUR = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString();

describe('Stripe sources', () => {
  const payments = usePayments();
  const facts = async (appId: string) =>
    (
      await payments.sql<{ type: string; payload: object }>(
        'SELECT type, payload FROM event_log WHERE app_id = $1 ORDER BY id',
        [appId],
      )
    ).map(({ type, payload }) => ({ type, ...payload }));

  it('are made with their secrets, which nobody sees again, in the mode of the app', async () => {
    const app = await payments.makeApp('live');
    const secret = newSecret();
    const wanted = { name: 'Production', scope: 'connect', shape: 'thin', secrets: [{ secret }] };
    const made = await app.call('POST', '/v1/stripe-sources', wanted);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: expect.stringMatching(/^sts_/),
      name: 'Production',
      scope: 'connect',
      shape: 'thin',
      livemode: true,
      path: `/webhooks/stripe/${made.body.id}`,
      secrets: [{ id: expect.stringMatching(/^sss_/), hint: secret.slice(-4), notAfter: null, lastUsedAt: null }],
    });
    const read = await app.call('GET', `/v1/stripe-sources/${made.body.id}`);
    expect(read.body).toEqual(made.body);
    expect(JSON.stringify([made.body, payments.logLines, await facts(app.id)])).not.toContain(secret);
    const rows = await payments.sql('SELECT stripe_secret::text AS row FROM stripe_secret');
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(secret).toString('hex'));
    expect(await facts(app.id)).toEqual([
      { type: 'stripe_source.created', sourceId: made.body.id, scope: 'connect', livemode: true, shape: 'thin' },
    ]);
  });

  it.each([
    ['no secret', { secrets: [] }, '/secrets', /unsigned/],
    ['secrets left out', { secrets: undefined }, '/secrets', /./],
    [
      'a line break in one',
      { secrets: [{ secret: `${newSecret()}\n` }] },
      '/secrets/0/secret',
      /space or a line break/,
    ],
    ['an API key as one', { secrets: [{ secret: 'sk_test_51abcdefabcdef' }] }, '/secrets/0/secret', /whsec_/],
    ['secrets that all end', { secrets: [{ secret: newSecret(), notAfter: inHours(1) }] }, '/secrets', /fall silent/],
    [
      'a window inside out',
      { secrets: [{ secret: newSecret() }, { secret: newSecret(), notBefore: inHours(2), notAfter: inHours(1) }] },
      '/secrets/1/notAfter',
      /later/,
    ],
    ['a mode of its own', { livemode: true }, '/livemode', /./],
    ['no name', { name: ' ' }, '/name', /./],
  ])('are not made with %s', async (_what, change, pointer, reason) => {
    const app = await payments.makeApp();
    const body = { name: 'demo', secrets: [{ secret: newSecret() }], ...change };
    const { status, body: problem } = await app.call('POST', '/v1/stripe-sources', body);
    expect([status, problem.errors[0]]).toEqual([422, { pointer, reason: expect.stringMatching(reason) }]);
    expect(JSON.stringify(problem)).not.toContain('sk_test_51abcdefabcdef');
  });

  it('are listed, renamed and deleted by their app, and not there for another', async () => {
    const [app, stranger] = [await payments.makeApp(), await payments.makeApp()];
    const sources = [await app.makeSource(), await app.makeSource(), await app.makeSource()];
    const first = await app.call('GET', '/v1/stripe-sources?limit=2');
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual([sources[0]!.id, sources[1]!.id]);
    const rest = await app.call('GET', `/v1/stripe-sources?after=${first.body.next}`);
    expect(rest.body).toMatchObject({ items: [{ id: sources[2]!.id }], next: null });
    const path = `/v1/stripe-sources/${sources[0]!.id}`;
    expect((await app.call('PATCH', path, { name: 'renamed' })).body).toMatchObject({ name: 'renamed' });
    expect((await stranger.call('GET', '/v1/stripe-sources')).body.items).toEqual([]);
    for (const [method, body] of [['GET'], ['PATCH', { name: 'mine' }], ['DELETE']] as const) {
      expect((await stranger.call(method, path, body)).status).toBe(404);
    }
    expect((await stranger.call('POST', `${path}/secrets`, { secret: newSecret() })).status).toBe(404);
    expect((await app.call('DELETE', path)).status).toBe(204);
    expect((await app.call('GET', path)).status).toBe(404);
    expect((await facts(app.id)).slice(-2)).toEqual([
      { type: 'stripe_source.changed', sourceId: sources[0]!.id, fields: ['name'] },
      { type: 'stripe_source.deleted', sourceId: sources[0]!.id },
    ]);
  });

  it('are for keys with the scope', async () => {
    const reader = await payments.makeApp('test', ['payments:read']);
    const body = { name: 'demo', secrets: [{ secret: newSecret() }] };
    expect((await reader.call('POST', '/v1/stripe-sources', body)).status).toBe(403);
    expect((await reader.call('GET', '/v1/stripe-sources')).status).toBe(200);
    const other = await payments.makeApp('test', ['webhooks:write']);
    expect((await other.call('GET', '/v1/stripe-sources')).status).toBe(403);
    expect((await payments.request('GET', '/v1/stripe-sources')).status).toBe(401);
  });

  describe('keep a secret that counts, whatever is done to them:', () => {
    const made = async () => {
      const app = await payments.makeApp();
      const { id } = await app.makeSource();
      const path = `/v1/stripe-sources/${id}/secrets`;
      const add = (body: object = {}) => app.call('POST', path, { secret: newSecret(), ...body });
      const secrets = async () => (await app.call('GET', `/v1/stripe-sources/${id}`)).body.secrets as { id: string }[];
      return { app, path, add, secrets, first: (await secrets())[0]!.id };
    };

    it('the only one is neither deleted nor given an end', async () => {
      const { app, path, first, add, secrets } = await made();
      const refused = [
        await app.call('DELETE', `${path}/${first}`),
        await app.call('PATCH', `${path}/${first}`, { notAfter: inHours(1) }),
        await app.call('PATCH', `${path}/${first}`, { notBefore: inHours(1) }),
        await add({ notAfter: inHours(5), othersEndAfterSeconds: 60 }),
      ];
      expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [409, 'last_secret']));
      expect(await secrets()).toHaveLength(1);
    });

    it('with a second one the first may go', async () => {
      const { app, path, first, add, secrets } = await made();
      const { body: second } = await add();
      expect((await app.call('PATCH', `${path}/${first}`, { notAfter: inHours(1) })).status).toBe(200);
      expect((await app.call('DELETE', `${path}/${second.id}`)).body.code).toBe('last_secret');
      expect((await app.call('DELETE', `${path}/${first}`)).status).toBe(204);
      expect((await secrets()).map(({ id }) => id)).toEqual([second.id]);
      expect((await app.call('DELETE', `${path}/${first}`)).status).toBe(404);
    });

    it('of two that are deleted at the same time one stays', async () => {
      const { app, path, first, add, secrets } = await made();
      const { body: second } = await add();
      const answers = await Promise.all([first, second.id].map((id: string) => app.call('DELETE', `${path}/${id}`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      expect(await secrets()).toHaveLength(1);
    });

    it('a change that is planned ahead needs no gap', async () => {
      const { add, secrets } = await made();
      expect((await add({ notBefore: inHours(24), othersEndAfterSeconds: 3_600 })).body.code).toBe('last_secret');
      expect((await add({ notBefore: inHours(24), othersEndAfterSeconds: 25 * 3_600 })).status).toBe(201);
      expect(await secrets()).toHaveLength(2);
    });

    it('a window is not turned inside out, and there are 20 at most', async () => {
      const { app, path, add } = await made();
      const { body: second } = await add({ notBefore: inHours(2) });
      const change = await app.call('PATCH', `${path}/${second.id}`, { notAfter: inHours(1) });
      expect([change.status, change.body.errors[0].pointer]).toEqual([422, '/notAfter']);
      for (let more = 0; more < 18; more += 1) expect((await add()).status).toBe(201);
      expect((await add()).body.code).toBe('too_many_secrets');
    });
  });

  it('are 100 for an app at most', async () => {
    const app = await payments.makeApp();
    await payments.sql(
      `INSERT INTO stripe_source (id, app_id, name, scope, livemode, shape)
       SELECT gen_random_uuid(), $1, 'x', 'account', false, 'snapshot' FROM generate_series(1, 100)`,
      [app.id],
    );
    const body = { name: 'demo', secrets: [{ secret: newSecret() }] };
    expect((await app.call('POST', '/v1/stripe-sources', body)).body.code).toBe('too_many_sources');
    await payments.sql('DELETE FROM stripe_source WHERE app_id = $1', [app.id]);
  });

  it('without a secret that counts keep the service from starting, by name', async () => {
    const app = await payments.makeApp();
    const source = await app.makeSource({ name: 'Forgotten' });
    const other = await payments.start();
    await other.close();
    await payments.sql(
      `UPDATE stripe_secret SET not_after = now() - interval '1 s' FROM stripe_source s WHERE s.id = source_id AND app_id = $1`,
      [app.id],
    );
    await expect(payments.start()).rejects.toThrow(`the Stripe source ${source.id} ("Forgotten")`);
    await expect(payments.start()).rejects.toMatchObject({ name: 'SourceWithoutSecret' });
    // One that is still to come will do.
    await payments.sql(
      `UPDATE stripe_secret SET not_before = now() + interval '1 h', not_after = NULL FROM stripe_source s
       WHERE s.id = source_id AND app_id = $1`,
      [app.id],
    );
    await (await payments.start()).close();
    expect((await app.call('GET', `/v1/stripe-sources/${formatId('stripeSource', newUuid())}`)).status).toBe(404);
  });
});
