import { beforeAll, describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { MfaStage } from './mfa.harness.js';
import { nextProof } from './policy/next-proof.js';
import type { CodeVerdict } from './second-factors.js';

const postgres = usePostgres();
let stage: MfaStage;
beforeAll(() => {
  stage = new MfaStage(postgres.database());
});

const ends = (verdicts: readonly CodeVerdict[]): string[] => verdicts.map(({ end }) => end).sort();
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
    const verdicts = await parallel(10, () => stage.mfa.secondFactors.verifyTotp(user, code));
    expect(ends(verdicts)).toEqual(['passed', ...Array.from({ length: 9 }, () => 'refused')].sort());
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
    const verdicts = await parallel(10, () => stage.mfa.secondFactors.verifyRecoveryCode(user, code));
    expect(ends(verdicts)).toEqual(['passed', ...Array.from({ length: 9 }, () => 'refused')].sort());
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

describe('codes', () => {
  it('check 21: are tried only as often as the limits allow, and nothing is locked', async () => {
    const user = await stage.user();
    const { secret, codes } = await stage.withTotp(user);
    const { attempts } = stage;
    attempts.left = 10;
    try {
      const wrong = await parallel(11, () => stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret, 50)));
      expect(ends(wrong)).toEqual([...Array.from({ length: 10 }, () => 'refused'), 'slow_down']);
      const slow = { end: 'slow_down', retryAfterSeconds: 7 };
      expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret))).toEqual(slow);
      expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, codes[0]!)).toEqual(slow);
      // With the next attempt that is allowed the same codes are good, and what was no guess is given back.
      attempts.left = 1;
      expect(await stage.mfa.secondFactors.verifyTotp(user, stage.codeOf(secret))).toMatchObject({ end: 'passed' });
      expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, codes[0]!)).toMatchObject({ end: 'passed' });
      expect(attempts.left).toBe(1);
    } finally {
      attempts.left = Infinity;
    }
  });

  it('check 21: are counted apart on a device that the user was signed in on', async () => {
    const user = await stage.user();
    await postgres.database().query(
      `INSERT INTO auth_session (id, app_id, user_id, client_id, device_id, auth_time, acr, amr, activated_at, expires_at)
       VALUES ($1, $2, $3, 'cli_1', 'known', now(), '', '{}', now(), now())`,
      [newUuid(), user.appId, user.userId],
    );
    stage.attempts.buckets.length = 0;
    for (const deviceId of [undefined, 'stranger', 'known'])
      await stage.mfa.secondFactors.verifyTotp(user, '000000', deviceId);
    const bucket = `second-factor ${user.appId} ${user.userId}`;
    expect(stage.attempts.buckets).toEqual([bucket, bucket, `${bucket} known`]);
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
