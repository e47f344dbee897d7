import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { insertApp, usePostgres } from '@signalbox/testing';
import { useUserRoutes } from '../user-routes.harness.js';
import { MySessionsController } from './my-sessions.controller.js';
import { SessionDesk } from './session-desk.js';
import { Sessions } from './sessions.js';

@Module({})
class MySessions {}

const { stage, tokenOf, foreignTokenOf, call } = useUserRoutes(usePostgres, {
  module: ({ database }) => {
    const desk = new SessionDesk(database(), new Sessions(database()));
    return {
      module: MySessions,
      controllers: [MySessionsController],
      providers: [{ provide: SessionDesk, useValue: desk }],
    };
  },
});

/** A user with signed-in devices, by their sessions. */
async function signedIn(count: number): Promise<{ user: { appId: Uuid; userId: Uuid }; sessions: string[] }> {
  const database = stage.database();
  const user = { appId: await insertApp(database), userId: newUuid() };
  await database.query('INSERT INTO auth_user (id, app_id) VALUES ($1, $2)', [user.userId, user.appId]);
  const sessions: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const proof = { authTime: new Date(), acr: '1', amr: ['pwd'] };
    const expiresAt = new Date(Date.now() + 86_400_000);
    const all = new Sessions(database);
    const id = await database.transaction(async (tx) => {
      const begun = await all.begin(tx, { ...user, clientId: 'cli_1', expiresAt, ...proof });
      await all.activate(tx, begun, undefined);
      // A session without a refresh token that is good has ended by itself.
      await tx.query(
        `INSERT INTO oidc_record (kind, id, grant_id, payload, expires_at) VALUES ('RefreshToken', $1, $2, '{}', $3)`,
        [Buffer.from(begun), begun, expiresAt],
      );
      return begun;
    });
    sessions.push(formatId('session', id));
  }
  return { user, sessions };
}

const PATH = '/v1/me/sessions';
const idsIn = ({ body }: { body: Record<string, unknown> }): unknown[] =>
  (body['items'] as { id: string }[]).map(({ id }) => id).sort();

describe("a user's own sessions", () => {
  it('are listed, and ended one by one or all but the one that asks', async () => {
    const { user, sessions } = await signedIn(4);
    const token = tokenOf(user, { sessionId: sessions[0]! });
    expect(idsIn(await call('GET', PATH, token))).toEqual([...sessions].sort());
    expect((await call('DELETE', `${PATH}/${sessions[3]!}`, token)).status).toBe(204);
    expect((await call('DELETE', PATH, token)).body).toEqual({ ended: 2 });
    expect(idsIn(await call('GET', PATH, token))).toEqual([sessions[0]]);
    expect((await call('DELETE', `${PATH}/current`, token)).status).toBe(204);
    expect(idsIn(await call('GET', PATH, token))).toEqual([]);
  });

  it("are nobody else's, and not of an issuer's that calls its user what we call ours", async () => {
    const { user, sessions } = await signedIn(1);
    const other = tokenOf((await signedIn(0)).user);
    expect(idsIn(await call('GET', PATH, other))).toEqual([]);
    expect((await call('DELETE', `${PATH}/${sessions[0]!}`, other)).status).toBe(404);
    const foreign = foreignTokenOf(user);
    for (const [method, path] of [
      ['GET', PATH],
      ['DELETE', PATH],
      ['DELETE', `${PATH}/${sessions[0]!}`],
      ['DELETE', `${PATH}/current`],
    ] as const) {
      expect(await call(method, path, foreign)).toMatchObject({ status: 403, body: { code: 'foreign_user' } });
    }
    expect(idsIn(await call('GET', PATH, tokenOf(user)))).toEqual(sessions);
  });
});
