import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import type { Person } from '@signalbox/personal-data';
import { usePostgres } from '@signalbox/testing';
import { REMEMBER_DEVICE } from '../anomalies/anomalies.queries.js';
import { deviceHash } from '../anomalies/device-hash.js';
import { ATTEMPT_RULES } from '../limits/attempt-rules.js';
import { factorsHolding } from './factors/factors-holding.js';
import { ISSUER, MfaStage } from './mfa.harness.js';
import { SoftAuthenticator } from './passkeys/authenticator.harness.js';
import { newPasskeyAnswer } from './passkeys/passkey-answers.js';
import { nextProof } from './policy/next-proof.js';
import type { CodeVerdict } from './second-factors.js';
import type { AppUser } from './user.js';

const postgres = usePostgres();
let stage: MfaStage;
beforeAll(() => {
  stage = new MfaStage(postgres.database());
});

const ends = (verdicts: readonly CodeVerdict[]): string[] => verdicts.map(({ end }) => end).sort();
/** Lets so many seconds pass for attempts that were counted. */
const pass = (seconds: number): Promise<unknown> =>
  postgres
    .database()
    .query(
      `UPDATE attempt_bucket SET quick_full_at = quick_full_at - $1 * interval '1 s', slow_full_at = slow_full_at - $1 * interval '1 s'`,
      [seconds],
    );
const parallel = <Result>(times: number, work: () => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: times }, work));

describe('a generator of one-time codes', () => {
  it('counts for nothing until its first code came', async () => {
    const user = await stage.user();
    const { secondFactors, totp } = stage.mfa;
    const { id, secret } = await totp.enrol(user, 'phone', { issuer: 'Shop', account: 'ann' });
    expect(await secondFactors.methodsOf(user.userId)).toEqual([]);
    expect(await secondFactors.verifyTotp(user, stage.codeOf(secret))).toEqual({ end: 'refused' });
    expect(await totp.confirm(user, id, stage.codeOf(secret, 9))).toEqual({ end: 'wrong_code' });
    expect(await totp.confirm(user, id, stage.codeOf(secret))).toMatchObject({ end: 'confirmed' });
    expect(await secondFactors.methodsOf(user.userId)).toEqual(['totp', 'recovery_code']);
  });

  it('waits a quarter of an hour for that, and not for somebody else', async () => {
    const [user, other] = [await stage.user(), await stage.user()];
    const { id, secret } = await stage.mfa.totp.enrol(user, 'phone', { issuer: 'Shop', account: 'ann' });
    expect(await stage.mfa.totp.confirm(other, id, stage.codeOf(secret))).toEqual({ end: 'not_pending' });
    await postgres.database().query(`UPDATE totp_factor SET created_at = now() - interval '901 s' WHERE id = $1`, [id]);
    expect(await stage.mfa.totp.confirm(user, id, stage.codeOf(secret))).toEqual({ end: 'not_pending' });
  });

  it('is replaced by the next one that is confirmed, and works until then', async () => {
    const user = await stage.user();
    const old = await stage.withTotp(user);
    const fresh = await stage.mfa.totp.enrol(user, 'new phone', { issuer: 'Shop', account: 'ann' });
    expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(old.secret))).toMatchObject({ end: 'passed' });
    expect(await stage.mfa.totp.confirm(user, fresh.id, stage.codeOf(fresh.secret))).toEqual({
      end: 'confirmed',
      id: fresh.id,
      recoveryCodes: [],
    });
    stage.now += 30_000;
    expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(old.secret))).toEqual({ end: 'refused' });
    expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(fresh.secret))).toMatchObject({ end: 'passed' });
    const userId = formatId('user', user.userId);
    expect((await stage.eventsOf(user)).slice(2)).toEqual([
      { type: 'auth.factor_added', data: { userId, kind: 'totp', factorId: formatId('factor', fresh.id) } },
      {
        type: 'auth.factor_removed',
        data: { userId, kind: 'totp', factorId: formatId('factor', old.id), reason: 'replaced' },
      },
    ]);
  });

  it('check 21: gives codes that are good once, however many try at the same moment', async () => {
    const user = await stage.user();
    const { secret } = await stage.withTotp(user);
    const code = stage.codeOf(secret);
    const verdicts = await parallel(5, () => stage.mfa.secondFactors.verifyTotp(user, code));
    expect(ends(verdicts)).toEqual(['passed', 'refused', 'refused', 'refused', 'refused']);
    await pass(3_600);
    expect(await stage.mfa.secondFactors.verifyTotp(user, code)).toEqual({ end: 'refused' });
    // Nor is the one before it good any more, though its time is not over.
    expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret, -1))).toEqual({ end: 'refused' });
    expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret, 1))).toMatchObject({ end: 'passed' });
  });

  it('check 21: gives no second use to the code that confirmed it', async () => {
    const user = await stage.user();
    const { secret } = await stage.withTotp(user);
    expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret, -1))).toEqual({ end: 'refused' });
  });

  it('check 21: gives codes that are worthless a step after their own is over', async () => {
    const user = await stage.user();
    const { secret } = await stage.withTotp(user);
    const code = stage.codeOf(secret);
    stage.now += 60_000;
    expect(await stage.mfa.secondFactors.verifyTotp(user, code)).toEqual({ end: 'refused' });
  });

  it('does not open with the code of another user, or in another app', async () => {
    const [ann, bob] = [await stage.user(), await stage.user()];
    const { secret } = await stage.withTotp(ann);
    await stage.withTotp(bob);
    expect(await stage.mfa.secondFactors.verifyTotp(bob, stage.codeOf(secret))).toEqual({ end: 'refused' });
    const elsewhere = { ...ann, appId: bob.appId };
    expect(await stage.mfa.secondFactors.verifyTotp(elsewhere, stage.codeOf(secret))).toEqual({ end: 'refused' });
  });

  it('takes a code as people type it', async () => {
    const user = await stage.user();
    const code = stage.codeOf((await stage.withTotp(user)).secret);
    const typed = ` ${code.slice(0, 3)} ${code.slice(3)}`;
    expect(await stage.mfa.secondFactors.verifyTotp(user, typed)).toMatchObject({
      end: 'passed',
      factor: { method: 'otp', userId: user.userId, strength: 1 },
    });
  });
});

describe('a recovery code', () => {
  it('comes with nine others, with the first factor only', async () => {
    const user = await stage.user();
    const { codes } = await stage.withTotp(user);
    expect(new Set(codes).size).toBe(10);
    expect(codes[0]).toMatch(/^([0-9a-hjkmnp-tv-z]{6}-){3}[0-9a-hjkmnp-tv-z]{6}$/);
    expect((await stage.withTotp(user)).codes).toEqual([]);
  });

  it('check 21: is good once, however many try at the same moment', async () => {
    const user = await stage.user();
    const [code, another] = (await stage.withTotp(user)).codes as [string, string];
    const verdicts = await parallel(5, () => stage.mfa.secondFactors.verifyRecoveryCode(user, code));
    // What the right one gives back may come too late for the last, which is then told to wait.
    expect(ends(verdicts).map((end) => (end === 'slow_down' ? 'refused' : end))).toEqual([
      ...['passed', 'refused', 'refused', 'refused', 'refused'],
    ]);
    await pass(3_600);
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, code)).toEqual({ end: 'refused' });
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, another)).toMatchObject({
      end: 'passed',
      factor: { method: 'rec', strength: 1 },
    });
    const used = (await stage.eventsOf(user)).filter(({ type }) => type === 'auth.factor_removed');
    expect(used.map(({ data }) => [data['kind'], data['reason'], data['left']])).toEqual([
      ['recovery_codes', 'used', 9],
      ['recovery_codes', 'used', 8],
    ]);
  });

  it('is found however it is typed, and not for another user', async () => {
    const [ann, bob] = [await stage.user(), await stage.user()];
    const [code] = (await stage.withTotp(ann)).codes as [string];
    await stage.withTotp(bob);
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(bob, code)).toEqual({ end: 'refused' });
    const typed = code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l');
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(ann, typed)).toMatchObject({ end: 'passed' });
  });

  it('ends with a new set', async () => {
    const user = await stage.user();
    const { codes } = await stage.withTotp(user);
    const anew = await stage.mfa.factors.newRecoveryCodes(user);
    expect(anew).toMatchObject({ end: 'made' });
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, codes[0]!)).toEqual({ end: 'refused' });
    const fresh = anew.end === 'made' ? anew.codes : [];
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, fresh[0]!)).toMatchObject({ end: 'passed' });
  });

  it('is not made for a user who has nothing that it could stand in for, or who is not there', async () => {
    const user = await stage.user();
    expect(await stage.mfa.factors.newRecoveryCodes(user)).toEqual({ end: 'no_factor' });
    expect(await stage.mfa.factors.newRecoveryCodes({ ...user, userId: newUuid() })).toEqual({ end: 'no_such_user' });
  });
});

describe('removing a factor', () => {
  it('takes the recovery codes along with the last one', async () => {
    const user = await stage.user();
    const { id, codes } = await stage.withTotp(user);
    expect(await stage.mfa.factors.remove(user, id)).toBe('removed');
    expect(await stage.mfa.secondFactors.methodsOf(user.userId)).toEqual([]);
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, codes[0]!)).toEqual({ end: 'refused' });
    expect(await stage.mfa.factors.remove(user, id)).toBe('no_such_factor');
  });

  it('is refused for the last one where the app requires one', async () => {
    const user = await stage.user();
    const { id } = await stage.withTotp(user);
    stage.set(user.appId, { mfa: 'required' });
    expect(await stage.mfa.factors.remove(user, id)).toBe('last_factor');
    expect(await stage.mfa.secondFactors.methodsOf(user.userId)).toEqual(['totp', 'recovery_code']);
  });

  it("is never of another user's", async () => {
    const [ann, bob] = [await stage.user(), await stage.user()];
    const { id } = await stage.withTotp(ann);
    expect(await stage.mfa.factors.remove(bob, id)).toBe('no_such_factor');
    expect(await stage.mfa.factors.remove({ ...ann, appId: bob.appId }, id)).toBe('no_such_user');
  });
});

describe('removing everything', () => {
  it('leaves nothing, not even what was begun, and tells of what counted', async () => {
    const [user, other] = [await stage.user(), await stage.user()];
    const { id } = await stage.withTotp(user);
    await stage.withTotp(other);
    const begun = await stage.mfa.totp.enrol(user, 'new phone', { issuer: 'Shop', account: 'ann' });
    const options = await stage.mfa.passkeys.begin(user, 'ann');
    stage.set(user.appId, { mfa: 'required' });
    await postgres.database().transaction((tx) => stage.mfa.factors.removeAll(tx, user));

    expect(await stage.mfa.factors.list(user)).toEqual({ factors: [], recoveryCodesLeft: 0 });
    expect(await stage.mfa.totp.confirm(user, begun.id, stage.codeOf(begun.secret))).toEqual({ end: 'not_pending' });
    const answer = newPasskeyAnswer.parse(new SoftAuthenticator().create(options, { origin: ISSUER }));
    expect(await stage.mfa.passkeys.finish(user, 'phone', answer)).toEqual({ end: 'no_challenge' });
    expect((await stage.eventsOf(user)).at(-1)).toMatchObject({
      type: 'auth.factor_removed',
      data: { kind: 'totp', factorId: formatId('factor', id), reason: 'removed' },
    });
    expect((await stage.mfa.factors.list(other)).factors).toHaveLength(1);
  });
});

describe('second factors as personal data', () => {
  const personOf = ({ appId, userId }: AppUser, name = formatId('user', userId)): Person => ({
    requestId: newUuid(),
    requestedAt: new Date(),
    appId,
    userId: name,
    pseudonym: '',
    knownAs: [],
  });

  it('are handed out without their secrets, and erased without a word', async () => {
    const user = await stage.user();
    const { id } = await stage.withTotp(user);
    await stage.mfa.passkeySignIn.begin({ appId: user.appId, binding: newUuid() }, user.userId);
    const told = (await stage.eventsOf(user)).length;
    const database = postgres.database();
    const { records } = await database.transaction((tx) => factorsHolding.collect!(tx, personOf(user), undefined));
    expect(records).toEqual([
      {
        id: formatId('factor', id),
        kind: 'totp',
        name: 'phone',
        synced: null,
        createdAt: expect.any(Date),
        lastUsedAt: null,
      },
    ]);
    const erased = await database.transaction((tx) => factorsHolding.erase(tx, personOf(user), undefined));
    expect(erased).toEqual({ counts: { 'second factors': 1 } });
    for (const table of ['totp_factor', 'passkey', 'passkey_challenge', 'recovery_code']) {
      const left = await database.query(`SELECT FROM ${table} WHERE user_id = $1`, [user.userId]);
      expect([table, left.rowCount]).toEqual([table, 0]);
    }
    expect(await stage.eventsOf(user)).toHaveLength(told);
  });

  it('are none of users that an app keeps itself', async () => {
    const person = personOf(await stage.user(), 'customer-7');
    const { records } = await factorsHolding.collect!(postgres.database(), person, undefined);
    expect(records).toEqual([]);
    expect(await factorsHolding.erase(postgres.database(), person, undefined)).toEqual({
      counts: { 'second factors': 0 },
    });
  });
});

describe('codes', () => {
  it('check 21: slow down whoever tries ten wrong ones, and lock nobody out', async () => {
    const user = await stage.user();
    const { secret, codes } = await stage.withTotp(user);
    const wrong = await parallel(10, () => stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret, 50)));
    const refused = wrong.filter(({ end }) => end === 'refused').length;
    expect(refused).toBe(ATTEMPT_RULES['second-factor'].quick.burst);
    expect(wrong.filter(({ end }) => end === 'slow_down')).toHaveLength(10 - refused);

    // Right ones are not looked at either, while it lasts, and it does not last long.
    const slow = { end: 'slow_down', retryAfterSeconds: expect.any(Number) };
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, codes[0]!)).toEqual(slow);
    const held = await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret));
    expect(held).toEqual(slow);
    expect(held.end === 'slow_down' && held.retryAfterSeconds).toBeLessThanOrEqual(30);
    await pass(30);
    expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret))).toMatchObject({ end: 'passed' });
    // What was right is given back, so the one attempt that came back serves another.
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, codes[0]!)).toMatchObject({ end: 'passed' });
  });

  it('check 21: leave a device that the user was signed in on attempts of its own', async () => {
    const user = await stage.user();
    const { secret } = await stage.withTotp(user);
    const known = deviceHash(user.userId, 'known');
    await postgres.database().query(REMEMBER_DEVICE, [user.userId, known, user.appId, true]);
    const code = stage.codeOf(secret);
    await parallel(10, () => stage.mfa.secondFactors.verifyTotp(user, '000000', 'thief'));
    expect(await stage.mfa.secondFactors.verifyTotp(user, code)).toMatchObject({ end: 'slow_down' });
    expect(await stage.mfa.secondFactors.verifyTotp(user, code, 'thief')).toMatchObject({ end: 'slow_down' });
    expect(await stage.mfa.secondFactors.verifyTotp(user, code, 'known')).toMatchObject({ end: 'passed' });
  });

  it('check 21: are asked for after the password was recovered, too', async () => {
    const user = await stage.user();
    await stage.withTotp(user);
    const enrolled = await stage.mfa.secondFactors.methodsOf(user.userId);
    for (const mfa of ['optional', 'required'] as const) {
      const recovered = { amr: ['mail', 'pwd'], suspicious: false, wantsTwoFactors: false, canMail: true };
      expect(nextProof({ ...recovered, enrolled, mfa })).toEqual({
        next: 'second-factor',
        methods: ['totp', 'recovery_code'],
      });
    }
  });

  it('are nowhere in the database, nor is the seed', async () => {
    const user = await stage.user();
    const { secret, codes } = await stage.withTotp(user);
    const { rows } = await postgres.database().query<{ row: string }>(
      `SELECT encode(sealed, 'escape') || t::text AS row FROM totp_factor t WHERE user_id = $1
       UNION ALL SELECT encode(hash, 'escape') || c::text FROM recovery_code c WHERE user_id = $1
       UNION ALL SELECT payload::text FROM event_log WHERE app_id = $2`,
      [user.userId, user.appId],
    );
    expect(rows.length).toBeGreaterThan(12);
    const dump = rows.map(({ row }) => row).join('\n');
    for (const secretOne of [secret, ...codes]) expect(dump).not.toContain(secretOne);
  });
});
