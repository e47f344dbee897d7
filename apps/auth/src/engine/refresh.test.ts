import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseId, type Uuid } from '@signalbox/contracts';
import { decodeJwt } from 'jose';
import { WALK } from '../anomalies/trails/trails.queries.js';
import { ProofKey } from '../dpop.harness.js';
import { TEST_ISSUER, TestPhone, type TestSignIn, useSignIn } from '../sign-in.harness.js';
import { FIND_CLIENT } from './client.queries.js';
import { FIND_REFRESH_TOKEN, ROTATE_REFRESH_TOKEN, SAVE_FIRST } from './records/records.queries.js';

const DAY = 86_400;
const TOKEN_URL = `${TEST_ISSUER}/oauth/token`;

describe('refreshing', () => {
  const signIn = useSignIn();
  let appId: Uuid;
  let clientId: string;

  beforeAll(async () => {
    appId = await signIn.newApp();
    clientId = await signIn.newClient(appId);
    signIn.visitor.userId = await signIn.newUser(appId);
  });

  const sessionOf = (accessToken: string): Uuid => parseId('session', String(decodeJwt(accessToken)['sid']))!;
  const factsOf = async (accessToken: string): Promise<{ type: string; reason: string | undefined }[]> => {
    const { rows } = await signIn.database().query<{ type: string; reason: string | null }>(
      `SELECT type, payload ->> 'reason' AS reason FROM event_log
          WHERE subject = $1 AND type <> 'auth.login_anomaly' ORDER BY id`,
      [decodeJwt(accessToken)['sid']],
    );
    return rows.map(({ type, reason }) => ({ type, reason: reason ?? undefined }));
  };
  const tokensKept = async (accessToken: string): Promise<number> => {
    const { rows } = await signIn
      .database()
      .query<{ count: number }>(
        `SELECT count(*)::int AS count FROM oidc_record WHERE kind = 'RefreshToken' AND grant_id = $1`,
        [sessionOf(accessToken)],
      );
    return rows[0]!.count;
  };

  it('hands out a new token each time, and the session stays the same', async () => {
    const phone = new TestPhone(signIn, clientId);
    const first = await phone.signedIn();
    const { tokens } = await phone.refresh(first.refresh_token);
    expect(tokens.refresh_token).not.toBe(first.refresh_token);
    const [before, after] = [first, tokens].map(({ access_token }) => decodeJwt(access_token));
    expect(after).toMatchObject({
      sid: before!['sid'],
      sub: before!.sub,
      acr: before!['acr'],
      auth_time: before!['auth_time'],
    });
  });

  it('says why a session ended', async () => {
    const phone = new TestPhone(signIn, clientId);
    const { access_token, refresh_token } = await phone.signedIn();
    const sessionId = sessionOf(access_token);
    await signIn
      .database()
      .transaction((tx) => signIn.side().sessions.revoke(tx, { sessionIds: [sessionId], reason: 'password_changed' }));
    expect(await phone.refresh(refresh_token)).toMatchObject({
      status: 400,
      tokens: { error: 'invalid_grant', error_description: 'the session ended: password_changed' },
    });
  });

  describe('check 4: a token that was used before ends its device, and no other', () => {
    it('ends the family, tells of it, and leaves the other phone alone', async () => {
      const [phone, other] = [new TestPhone(signIn, clientId), new TestPhone(signIn, clientId)];
      const [stolen, elsewhere] = [await phone.signedIn(), await other.signedIn()];
      const second = await phone.refresh(stolen.refresh_token);
      const third = await phone.refresh(second.tokens.refresh_token);

      expect(await phone.refresh(stolen.refresh_token)).toMatchObject({
        status: 400,
        tokens: { error: 'invalid_grant' },
      });

      expect(await phone.refresh(third.tokens.refresh_token)).toMatchObject({
        status: 400,
        tokens: { error_description: 'the session ended: refresh_reused' },
      });
      expect((await other.refresh(elsewhere.refresh_token)).status).toBe(200);
      expect(await factsOf(stolen.access_token)).toEqual([
        { type: 'auth.signed_in', reason: undefined },
        { type: 'auth.signed_out', reason: 'refresh_reused' },
      ]);
      const { rows } = await signIn
        .database()
        .query(`SELECT 1 FROM revocation_event WHERE kind = 'sid' AND value = $1`, [
          decodeJwt(stolen.access_token)['sid'],
        ]);
      expect(rows).toHaveLength(1);
    });

    it('lets a token be sent again for a minute while its successor was not used, and not longer', async () => {
      const phone = new TestPhone(signIn, clientId);
      const { refresh_token } = await phone.signedIn();
      const first = await phone.refresh(refresh_token);
      await signIn.travel(50);
      const again = await phone.refresh(refresh_token);
      expect(again.tokens.refresh_token).toBe(first.tokens.refresh_token);
      // The minute counts from the first use: sending it again does not prolong it.
      await signIn.travel(11);
      expect((await phone.refresh(refresh_token)).status).toBe(400);
    });

    it('lets a token that is bound to a key be sent again at any time until its successor is used', async () => {
      const [phone, key] = [new TestPhone(signIn, clientId), await ProofKey.make()];
      const dpop = async (): Promise<{ dpop: string }> => ({ dpop: await key.proof('POST', TOKEN_URL) });
      const { tokens } = await phone.redeem(await phone.code(), await dpop());
      const first = await phone.refresh(tokens.refresh_token, await dpop());
      await signIn.travel(30 * DAY);
      const again = await phone.refresh(tokens.refresh_token, await dpop());
      expect(again.tokens.refresh_token).toBe(first.tokens.refresh_token);
      await phone.refresh(again.tokens.refresh_token, await dpop());
      expect((await phone.refresh(tokens.refresh_token, await dpop())).status).toBe(400);
    });

    it('refuses a thief without the key, and the phone notices nothing', async () => {
      const [phone, key, thief] = [new TestPhone(signIn, clientId), await ProofKey.make(), await ProofKey.make()];
      const { tokens } = await phone.redeem(await phone.code(), { dpop: await key.proof('POST', TOKEN_URL) });
      const stolen = tokens.refresh_token;
      expect((await phone.refresh(stolen)).status).toBe(400);
      expect((await phone.refresh(stolen, { dpop: await thief.proof('POST', TOKEN_URL) })).status).toBe(400);
      expect((await phone.refresh(stolen, { dpop: await key.proof('POST', TOKEN_URL) })).status).toBe(200);
    });

    it('a proof that comes a second time is refused by its own name, and the phone is signed in as before', async () => {
      const [phone, key] = [new TestPhone(signIn, clientId), await ProofKey.make()];
      const proof = { dpop: await key.proof('POST', TOKEN_URL) };
      const { tokens } = await phone.redeem(await phone.code(), proof);
      expect(await phone.refresh(tokens.refresh_token, proof)).toMatchObject({
        status: 400,
        tokens: { error: 'invalid_dpop_proof' },
      });
      const fresh = { dpop: await key.proof('POST', TOKEN_URL) };
      expect((await phone.refresh(tokens.refresh_token, fresh)).status).toBe(200);
    });

    it('finds out who else holds the family, once its rotation is forced', async () => {
      const phone = new TestPhone(signIn, clientId);
      const { access_token, refresh_token } = await phone.signedIn();
      await phone.refresh(refresh_token);
      const sessionId = sessionOf(access_token);
      await signIn
        .database()
        .transaction((tx) => signIn.side().sessions.forceRotation(tx, [sessionId], 'two_networks'));
      // Within the minute, and yet not taken again.
      expect((await phone.refresh(refresh_token)).status).toBe(400);
      expect(await factsOf(access_token)).toContainEqual({ type: 'auth.rotation_forced', reason: 'two_networks' });
    });

    it('goes on after a forced rotation for the phone that holds the newest token', async () => {
      const phone = new TestPhone(signIn, clientId);
      const { access_token, refresh_token } = await phone.signedIn();
      const sessionId = sessionOf(access_token);
      await signIn.database().transaction((tx) => signIn.side().sessions.forceRotation(tx, [sessionId], 'suspicion'));
      const { status, tokens } = await phone.refresh(refresh_token);
      expect(status).toBe(200);
      expect((await phone.refresh(tokens.refresh_token)).status).toBe(200);
    });
  });

  describe('check 5: parallel refreshes have one successor', () => {
    let otherProcess: TestSignIn['fetch'];
    beforeAll(async () => {
      otherProcess = await signIn.another();
    });

    it.each([4, 16, 50, 64])('%d at once, at two processes', async (times) => {
      const phone = new TestPhone(signIn, clientId);
      const elsewhere = new TestPhone({ ...signIn, fetch: otherProcess }, clientId);
      const { access_token, refresh_token } = await phone.signedIn();
      const answers = await Promise.all(
        Array.from({ length: times }, (_, index) => (index % 2 === 0 ? phone : elsewhere).refresh(refresh_token)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(new Set(answers.map(({ tokens }) => tokens.refresh_token)).size).toBe(1);
      expect(await tokensKept(access_token)).toBe(2);
    });
  });

  describe('while the master key changes, process by process', () => {
    const newKey = randomBytes(32).toString('base64');
    let changed: TestSignIn['fetch'];
    let knowsBoth: TestSignIn['fetch'];
    beforeAll(async () => {
      changed = await signIn.another(`${newKey},${signIn.masterKey}`);
      knowsBoth = await signIn.another(`${signIn.masterKey},${newKey}`);
    });
    const phoneAt = (fetch: TestSignIn['fetch']): TestPhone => new TestPhone({ ...signIn, fetch }, clientId);

    it('parallel refreshes at both have one successor, which goes on at either', async () => {
      const [one, other] = [phoneAt(changed), phoneAt(knowsBoth)];
      for (let round = 0; round < 4; round += 1) {
        const { access_token, refresh_token } = await one.signedIn();
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? one : other).refresh(refresh_token)),
        );
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
        expect(new Set(answers.map(({ tokens }) => tokens.refresh_token)).size).toBe(1);
        expect(await tokensKept(access_token)).toBe(2);
        expect((await other.refresh(answers[0]!.tokens.refresh_token)).status).toBe(200);
      }
    });

    it('a process that lacks the new key makes no second successor, and sends the phone away for a moment', async () => {
      const [old, after] = [new TestPhone(signIn, clientId), phoneAt(changed)];
      const { access_token, refresh_token } = await old.signedIn();
      const { tokens } = await after.refresh(refresh_token);
      expect(await old.refresh(refresh_token)).toMatchObject({
        status: 503,
        tokens: { error: 'temporarily_unavailable' },
      });
      expect(await tokensKept(access_token)).toBe(2);
      expect((await after.refresh(refresh_token)).tokens.refresh_token).toBe(tokens.refresh_token);
    });

    it('knows a token that was used before, whichever key its successor was made with', async () => {
      const [old, after] = [new TestPhone(signIn, clientId), phoneAt(changed)];
      const { refresh_token } = await old.signedIn();
      const { tokens } = await after.refresh(refresh_token);
      await after.refresh(tokens.refresh_token);
      expect((await old.refresh(refresh_token)).tokens.error).toBe('invalid_grant');
      expect((await after.refresh(tokens.refresh_token)).tokens.error_description).toBe(
        'the session ended: refresh_reused',
      );
    });
  });

  describe('check 7: races', () => {
    it('knows a replay after a restart, by a process that never saw the token', async () => {
      const phone = new TestPhone(signIn, clientId);
      const { refresh_token } = await phone.signedIn();
      const { tokens } = await phone.refresh(refresh_token);
      await phone.refresh(tokens.refresh_token);
      const restarted = new TestPhone({ ...signIn, fetch: await signIn.another() }, clientId);
      expect((await restarted.refresh(refresh_token)).status).toBe(400);
    });

    it('rotates as often as it likes within one second', async () => {
      const phone = new TestPhone(signIn, clientId);
      let { refresh_token } = await phone.signedIn();
      const seen = new Set([refresh_token]);
      for (let step = 0; step < 5; step += 1) {
        ({ refresh_token } = (await phone.refresh(refresh_token)).tokens);
        seen.add(refresh_token);
      }
      expect(seen.size).toBe(6);
    });

    it('lets no refresh through that meets a revocation', async () => {
      for (let round = 0; round < 20; round += 1) {
        const phone = new TestPhone(signIn, clientId);
        const { access_token, refresh_token } = await phone.signedIn();
        const sessionId = sessionOf(access_token);
        const [answer] = await Promise.all([
          phone.refresh(refresh_token),
          signIn
            .database()
            .transaction((tx) => signIn.side().sessions.revoke(tx, { sessionIds: [sessionId], reason: 'revoked' })),
        ]);
        const newest = answer.status === 200 ? answer.tokens.refresh_token : refresh_token;
        expect(await phone.refresh(newest)).toMatchObject({
          status: 400,
          tokens: { error_description: 'the session ended: revoked' },
        });
      }
    });

    it('waits for a revocation that is under way, and then gives nothing', async () => {
      const phone = new TestPhone(signIn, clientId);
      const { access_token, refresh_token } = await phone.signedIn();
      const sessionId = sessionOf(access_token);
      const { answer } = await signIn.database().transaction(async (tx) => {
        await signIn.side().sessions.revoke(tx, { sessionIds: [sessionId], reason: 'revoked' });
        return { answer: phone.refresh(refresh_token) };
      });
      expect((await answer).status).toBe(400);
    });
  });

  describe('check 8: a session ends when it was not used, and in the end', () => {
    it.each([
      [59, 200],
      [61, 400],
    ])('not seen for %d days: %d', async (days, status) => {
      const phone = new TestPhone(signIn, clientId);
      const { refresh_token } = await phone.signedIn();
      await signIn.travel(days * DAY);
      expect((await phone.refresh(refresh_token)).status).toBe(status);
    });

    it.each([
      [364, 200],
      [366, 400],
    ])('used all the time, for %d days: %d', async (days, status) => {
      const phone = new TestPhone(signIn, clientId);
      let { refresh_token } = await phone.signedIn();
      for (let left = days; left > 0; left -= 50) {
        await signIn.travel(Math.min(50, left) * DAY);
        const answer = await phone.refresh(refresh_token);
        if (left <= 50) expect(answer.status).toBe(status);
        else ({ refresh_token } = answer.tokens);
      }
    });
  });

  it.each([
    ['without a key', false, ['FIND', 'ROTATE']],
    ['bound to a key, whose proof is remembered', true, ['FIND', 'SEEN', 'ROTATE']],
  ])('a refresh %s is as few statements as it can be', async (_what, isBound, expected) => {
    const [phone, key] = [new TestPhone(signIn, clientId), await ProofKey.make()];
    const headers = async (): Promise<Record<string, string>> =>
      isBound ? { dpop: await key.proof('POST', TOKEN_URL) } : {};
    const { tokens } = await phone.redeem(await phone.code(), await headers());
    const { refresh_token } = (await phone.refresh(tokens.refresh_token, await headers())).tokens;
    const known: Record<string, string> = {
      [FIND_REFRESH_TOKEN]: 'FIND',
      [SAVE_FIRST]: 'SEEN',
      [ROTATE_REFRESH_TOKEN]: 'ROTATE',
    };
    const proof = await headers();
    const query = jest.spyOn(signIn.database(), 'query');
    try {
      expect((await phone.refresh(refresh_token, proof)).status).toBe(200);
      // A client is asked for once in a second at most, and no phone waits for the watch over its session.
      const waitedFor = query.mock.calls.map(([sql]) => sql).filter((sql) => sql !== FIND_CLIENT && sql !== WALK);
      expect(waitedFor.map((sql) => known[sql] ?? sql)).toEqual(expected);
    } finally {
      query.mockRestore();
    }
  });

  it('gives a session up when its phone gives the token back', async () => {
    const phone = new TestPhone(signIn, clientId);
    const { access_token, refresh_token } = await phone.signedIn();
    const revoked = await signIn.fetch(`${TEST_ISSUER}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, token: refresh_token, token_type_hint: 'refresh_token' }),
    });
    expect(revoked.status).toBe(200);
    expect(await factsOf(access_token)).toContainEqual({ type: 'auth.signed_out', reason: 'signed_out' });
    expect((await phone.refresh(refresh_token)).status).toBe(400);
  });

  it('takes no token from another client', async () => {
    const [phone, other] = [new TestPhone(signIn, clientId), new TestPhone(signIn, await signIn.newClient(appId))];
    const { refresh_token } = await phone.signedIn();
    expect((await other.refresh(refresh_token)).status).toBe(400);
    expect((await phone.refresh(refresh_token)).status).toBe(200);
  });

  it('keeps no token, code or cookie that would open anything', async () => {
    const phone = new TestPhone(signIn, clientId);
    const code = await phone.code();
    const { tokens } = await phone.redeem(code);
    const { rows } = await signIn
      .database()
      .query<{ row: string }>(`SELECT payload::text || encode(id, 'escape') AS row FROM oidc_record`);
    const kept = rows.map(({ row }) => row).join('\n');
    const cookies = [...phone.browser.cookies].filter(([name]) => name === 'sb_session').map(([, value]) => value);
    for (const secret of [code, tokens.refresh_token, ...cookies]) expect(kept).not.toContain(secret);
    expect(cookies).toHaveLength(1);
  });
});
