import { describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { ATTEMPT_RULES } from '../limits/attempt-rules.js';
import { Sessions } from '../sessions/sessions.js';
import type { Asker } from './account-parts.js';
import { GOOD_PASSWORD, newAddress, newPrefix, stranger, useAccounts } from './accounts.harness.js';

const { accounts, knownDevice, latestMail, newApp, postgres, verifiedUser } = useAccounts();

const signIn = (appId: Uuid, email: string, password: string, visitor: Asker) =>
  accounts().signIn.attempt({ appId, email, password, visitor });

const account = ATTEMPT_RULES['sign-in-account'].quick;
const prefix = ATTEMPT_RULES['sign-in-prefix'].quick;

/** Ends of many tries, counted. */
async function ends(tries: readonly Promise<{ end: string }>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { end } of await Promise.all(tries)) counts[end] = (counts[end] ?? 0) + 1;
  return counts;
}

/** 99th percentile, in milliseconds, of one thing after the other. */
async function p99(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(count * 0.99)]!;
}

describe('check 17: guessing', () => {
  it('one account from many networks is slowed down, for known and unknown accounts alike', async () => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    for (const target of [email, newAddress()]) {
      const began = performance.now();
      const tries = Array.from({ length: 60 }, () => signIn(appId, target, 'a guess', stranger()));
      const counts = await ends(tries);
      expect(counts['refused']).toBe(account.burst);
      expect(counts['slow_down']).toBe(60 - account.burst);
      const next = await signIn(appId, target, 'a guess', stranger());
      expect(next).toEqual({ end: 'slow_down', retryAfterSeconds: expect.any(Number) });
      // What is given back comes at a time of the first tries, not of this one: the wait is shorter by what went since.
      const since = Math.ceil((performance.now() - began) / 1_000);
      const { retryAfterSeconds } = next as { retryAfterSeconds: number };
      expect(retryAfterSeconds).toBeLessThanOrEqual(account.everySeconds);
      expect(retryAfterSeconds).toBeGreaterThanOrEqual(account.everySeconds - since);
    }
  });

  it('does not keep the user out of their own phone, and is slowed down on that phone too', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    const { deviceId } = await knownDevice(appId, id);
    await ends(Array.from({ length: 40 }, () => signIn(appId, email, 'a guess', stranger())));
    expect(await signIn(appId, email, GOOD_PASSWORD, stranger())).toMatchObject({ end: 'slow_down' });
    const own = { prefix: newPrefix(), deviceId };
    expect(await signIn(appId, email, GOOD_PASSWORD, own)).toMatchObject({ end: 'passed' });
    const { burst } = ATTEMPT_RULES['sign-in-device'].quick;
    const counts = await ends(Array.from({ length: burst + 10 }, () => signIn(appId, email, 'a guess', own)));
    expect(counts['slow_down']).toBeGreaterThanOrEqual(8);
  });

  it("on a phone that is not the user's, or no longer, is guessing as any other", async () => {
    const appId = await newApp();
    const [{ id, email }, { id: other }] = [await verifiedUser(appId), await verifiedUser(appId)];
    const [stolen, foreign] = [await knownDevice(appId, id), await knownDevice(appId, other)];
    const reused = await knownDevice(appId, id);
    const sessions = new Sessions(postgres.database());
    await postgres.database().transaction(async (tx) => {
      await sessions.revoke(tx, { sessionIds: [stolen.sessionId], reason: 'not_me' });
      await sessions.revoke(tx, { sessionIds: [reused.sessionId], reason: 'refresh_reused' });
    });
    await ends(Array.from({ length: 20 }, () => signIn(appId, email, 'a guess', stranger())));
    for (const { deviceId } of [stolen, reused, foreign]) {
      expect(await signIn(appId, email, GOOD_PASSWORD, { prefix: newPrefix(), deviceId })).toMatchObject({
        end: 'slow_down',
      });
    }
  });

  it('many accounts from one network is slowed down', async () => {
    const appId = await newApp();
    const visitor = stranger();
    const tries = Array.from({ length: prefix.burst + 100 }, () => signIn(appId, newAddress(), 'a guess', visitor));
    const counts = await ends(tries);
    // While they ran some came back.
    expect(counts['refused']).toBeGreaterThanOrEqual(prefix.burst);
    expect(counts['slow_down']).toBeGreaterThan(50);
  }, 30_000);

  it('leaves 200 honest users behind the same address alone: those who sign in anew, and those whose phones are known', async () => {
    const appId = await newApp();
    const shared = newPrefix();
    const users = await Promise.all(Array.from({ length: 20 }, () => verifiedUser(appId)));
    const anew = Array.from({ length: 200 }, (_, n) => users[n % users.length]!);
    // Each of them twice: what succeeds is not counted.
    for (let round = 0; round < 2; round += 1) {
      const tries = anew.map(({ email }) =>
        signIn(appId, email, GOOD_PASSWORD, { prefix: shared, deviceId: undefined }),
      );
      expect(await ends(tries)).toEqual({ passed: 200 });
    }
    const { id, email } = users[0]!;
    const own = { prefix: shared, deviceId: (await knownDevice(appId, id)).deviceId };
    const honest = () => signIn(appId, email, GOOD_PASSWORD, own);
    const calm = await p99(100, honest);
    const attack = () => signIn(appId, newAddress(), 'a guess', { prefix: shared, deviceId: undefined });
    const attacks = Array.from({ length: 4 }, async () => {
      const counts: { end: string }[] = [];
      for (let n = 0; n < 150; n += 1) counts.push(await attack());
      return counts;
    });
    const attacked = await p99(100, async () => expect(await honest()).toMatchObject({ end: 'passed' }));
    const outcomes = (await Promise.all(attacks)).flat();
    expect(outcomes.filter(({ end }) => end === 'slow_down').length).toBeGreaterThan(100);
    expect(attacked).toBeLessThan(Math.max(250, calm * 10));
  }, 60_000);
});

describe('check 26: mails that visitors cause', () => {
  const mailed = async (appId: Uuid): Promise<number> =>
    (await postgres.database().query('SELECT FROM auth_mail WHERE app_id = $1', [appId])).rowCount;
  const cap = ATTEMPT_RULES['mail-address'].quick.burst;

  it.each(['known', 'unknown'])(
    'are capped for each address (%s), whatever asks for them and from wherever',
    async (kind) => {
      const appId = await newApp();
      const email = kind === 'known' ? (await verifiedUser(appId)).email : newAddress();
      const before = await mailed(appId);
      const ways = [
        () => accounts().recovery.ask(appId, email, stranger()),
        () => accounts().verification.sendAgain(appId, email, stranger()),
        () =>
          accounts().registration.register({
            appId,
            email: email.toUpperCase(),
            password: GOOD_PASSWORD,
            name: undefined,
            locale: 'en',
            visitor: stranger(),
          }),
      ];
      const counts = await ends(Array.from({ length: 60 }, (_, n) => ways[n % ways.length]!()));
      const used = kind === 'known' ? 1 : 0;
      expect(counts['accepted']).toBe(cap - used);
      expect((await mailed(appId)) - before).toBeLessThanOrEqual(cap - used);
      expect(counts['slow_down']).toBe(60 - cap + used);
    },
  );

  it('are capped for each network, whomever they are to', async () => {
    const appId = await newApp();
    const visitor = stranger();
    const { burst } = ATTEMPT_RULES['mail-prefix'].quick;
    const counts = await ends(
      Array.from({ length: burst + 60 }, () => accounts().recovery.ask(appId, newAddress(), visitor)),
    );
    expect(counts['slow_down']).toBeGreaterThan(40);
  }, 30_000);

  it('are capped for a signed-in user who changes the address on and on', async () => {
    const appId = await newApp();
    const { id } = await verifiedUser(appId);
    const owner = { appId, userId: id, sessionId: undefined };
    const counts = await ends(Array.from({ length: 100 }, () => accounts().own.changeEmail(owner, newAddress())));
    expect(counts['slow_down']).toBeGreaterThan(20);
  }, 30_000);

  it('registration is capped for each network, and says the same for known addresses', async () => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    const visitor = stranger();
    const { burst } = ATTEMPT_RULES['sign-up-prefix'].quick;
    const register = (address: string) =>
      accounts().registration.register({
        appId,
        email: address,
        password: GOOD_PASSWORD,
        name: undefined,
        locale: 'en',
        visitor,
      });
    const counts = await ends(Array.from({ length: burst + 40 }, () => register(newAddress())));
    expect(counts['slow_down']).toBeGreaterThan(30);
    expect(Object.keys(await register(email))).toEqual(['end', 'retryAfterSeconds']);
    expect((await latestMail(appId, email))?.template).toBe('verification');
  }, 30_000);
});
