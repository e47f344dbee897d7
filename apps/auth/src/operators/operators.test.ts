import { describe, expect, it } from '@jest/globals';
import { formatId, INSTALLATION, parseId, type Uuid } from '@signalbox/contracts';
import { OPERATOR, useAuthApi } from '../auth-api.harness.js';

describe('operators of the console', () => {
  const api = useAuthApi();
  const grant = (appId: string, email: string, role: string, more: object = {}) =>
    api.call('PUT', '/v1/operators', OPERATOR, { appId, email, role, ...more });
  const list = async (appId: string) =>
    (await api.call('GET', `/v1/operators?appId=${appId}`, OPERATOR)).body.operators as object[];

  it('are given an account where there is none, and a link under which its owner chooses a password, until there is one', async () => {
    const appId = await api.newApp();
    const made = await grant(appId, 'Ann@Example.com', 'viewer');
    expect([made.status, made.body]).toEqual([
      200,
      {
        userId: expect.stringMatching(/^usr_/),
        ...{ email: 'Ann@example.com', role: 'viewer' },
        passwordLink: expect.stringMatching(/^http:\/\/auth\.test\/recover\?token=/),
      },
    ]);
    const again = await grant(appId, 'ann@example.com', 'admin');
    expect(again.body).toMatchObject({ userId: made.body.userId, role: 'admin', passwordLink: expect.any(String) });
    await api.database().query(`UPDATE auth_user SET password_hash = 'x' WHERE email_key = 'ann@example.com'`);
    expect((await grant(appId, 'ann@example.com', 'operator')).body).not.toHaveProperty('passwordLink');
    expect(await list(appId)).toMatchObject([{ userId: made.body.userId, role: 'operator' }]);
    expect(await list(await api.newApp())).toEqual([]);
  });

  it('are not whoever registered the address and never proved that it is theirs', async () => {
    const appId = await api.newApp();
    const { rows } = await api.database().query<{ id: string }>(
      `INSERT INTO auth_user (id, app_id, email, email_key, password_hash)
       SELECT gen_random_uuid(), id, 'eve@example.com', 'eve@example.com', 'of eve' FROM app ORDER BY id DESC LIMIT 1 RETURNING id`,
    );
    const made = await grant(appId, 'eve@example.com', 'admin');
    expect(made.body.passwordLink).toBeDefined();
    const known = await api
      .database()
      .query<{ id: string }>(
        `SELECT user_id AS id FROM operator JOIN auth_user u ON u.id = user_id WHERE email = 'eve@example.com'`,
      );
    expect(known.rows).toHaveLength(1);
    expect(known.rows).not.toEqual(rows);
  });

  it('take the address from whoever only registered it, whose sessions end as superseded and whose later ones are not refused', async () => {
    const appId = await api.newApp();
    const { rows } = await api.database().query<{ id: Uuid }>(
      `WITH eve AS (
         INSERT INTO auth_user (id, app_id, email, email_key, password_hash)
         VALUES (gen_random_uuid(), $1, 'eva@example.com', 'eva@example.com', 'of eve') RETURNING id, app_id)
       INSERT INTO auth_session (id, app_id, user_id, client_id, auth_time, acr, amr, activated_at, expires_at)
       SELECT gen_random_uuid(), app_id, id, 'cli_x', now(), 'urn:signalbox:1fa', '{pwd}', NULL, now() + interval '1 day'
         FROM eve RETURNING user_id AS id`,
      [parseId('app', appId)],
    );
    const userId = formatId('user', rows[0]!.id);
    await grant(appId, 'eva@example.com', 'admin');
    const ended = await api
      .database()
      .query(`SELECT revoked_reason FROM auth_session WHERE user_id = $1`, [rows[0]!.id]);
    expect(ended.rows).toEqual([{ revoked_reason: 'superseded' }]);
    const refused = await api.database().query('SELECT FROM revocation_event WHERE value = $1', [userId]);
    expect(refused.rows).toEqual([]);
  });

  it('may come with a password, for an account that is made by it and is hard to guess', async () => {
    const appId = await api.newApp();
    const password = 'three green bicycles';
    expect((await grant(appId, 'bob@example.com', 'admin', { password: 'password' })).body.errors).toMatchObject([
      { pointer: '/password' },
    ]);
    expect((await grant(appId, 'bob@example.com', 'admin', { password })).body).not.toHaveProperty('passwordLink');
    expect((await grant(appId, 'bob@example.com', 'admin', { password })).body).toMatchObject({ code: 'has_account' });
  });

  it('lose their role, and the log of the installation says so; no app reads of it', async () => {
    const appId = await api.newApp();
    const { userId } = (await grant(appId, 'cid@example.com', 'admin')).body as { userId: string };
    expect((await api.call('DELETE', `/v1/operators/${userId}`, OPERATOR)).status).toBe(204);
    expect((await api.call('DELETE', `/v1/operators/${userId}`, OPERATOR)).status).toBe(404);
    expect(await list(appId)).toEqual([]);
    const { rows } = await api
      .database()
      .query('SELECT app_id, type, payload FROM event_log WHERE subject = $1 AND type LIKE $2 ORDER BY id', [
        userId,
        'operator.%',
      ]);
    expect(rows).toEqual([
      { app_id: INSTALLATION, type: 'operator.granted', payload: { userId, role: 'admin' } },
      { app_id: INSTALLATION, type: 'operator.removed', payload: { userId } },
    ]);
  });

  it('are refused what makes no sense, by field', async () => {
    const appId = await api.newApp();
    expect((await grant(appId, 'nobody', 'admin')).body.errors).toMatchObject([{ pointer: '/email' }]);
    expect((await grant(appId, 'dan@example.com', 'king')).body.errors).toMatchObject([{ pointer: '/role' }]);
    expect((await grant('app_x', 'dan@example.com', 'admin')).status).toBe(404);
    const { key } = await api.newKey(appId);
    expect((await api.call('GET', `/v1/operators?appId=${appId}`, key)).status).toBe(403);
  });
});
