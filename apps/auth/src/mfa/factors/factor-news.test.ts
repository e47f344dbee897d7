import { beforeAll, describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { ISSUER, MfaStage } from '../mfa.harness.js';
import { SoftAuthenticator } from '../passkeys/authenticator.harness.js';
import { newPasskeyAnswer } from '../passkeys/passkey-answers.js';
import type { AppUser } from '../user.js';

const postgres = usePostgres();
let stage: MfaStage;
beforeAll(() => {
  stage = new MfaStage(postgres.database());
});

/** Template and the rest of what a mail says, in the order in which the mails were owed. */
const told = async (user: AppUser) =>
  (await stage.mailsTo(user)).map(({ template, params: { appName: _, ...params } }) => [template, params]);

async function addPasskey(user: AppUser): Promise<void> {
  const options = await stage.mfa.passkeys.begin(user, 'ann');
  const answer = newPasskeyAnswer.parse(new SoftAuthenticator().create(options, { origin: ISSUER }));
  expect(await stage.mfa.passkeys.finish(user, 'Laptop', answer)).toMatchObject({ end: 'registered' });
}

describe('a mail', () => {
  it('tells of a first factor, once, with the codes that come with it', async () => {
    const user = await stage.user();
    await stage.withTotp(user);
    expect(await stage.mailsTo(user)).toEqual([
      {
        template: 'factor_added',
        to: `${user.userId}@example.com`,
        locale: 'en',
        params: { appName: expect.any(String), kind: 'totp' },
      },
    ]);
  });

  it('tells of each that follows, of one that takes another’s place, of new codes and of a code that was used', async () => {
    const user = await stage.user();
    await stage.withTotp(user);
    await addPasskey(user);
    await stage.withTotp(user);
    const made = await stage.mfa.factors.newRecoveryCodes(user);
    await stage.mfa.secondFactors.verifyRecoveryCode(user, made.end === 'made' ? made.codes[0]! : '');
    await stage.mfa.secondFactors.verifyRecoveryCode(user, 'wrong');
    expect(await told(user)).toEqual([
      ['factor_added', { kind: 'totp' }],
      ['factor_added', { kind: 'passkey' }],
      ['factor_added', { kind: 'totp' }],
      ['factor_added', { kind: 'recovery_codes' }],
      ['recovery_code_used', { left: 9 }],
    ]);
  });

  it('tells of one that is removed, and of all that go at once once for each kind', async () => {
    const user = await stage.user();
    const { id } = await stage.withTotp(user);
    await stage.mfa.factors.remove(user, id);
    await addPasskey(user);
    await addPasskey(user);
    await stage.withTotp(user);
    await postgres.database().transaction((tx) => stage.mfa.factors.removeAll(tx, user));
    const removed = (await told(user)).filter(([template]) => template === 'factor_removed');
    expect(removed.map(([, params]) => params)).toEqual([{ kind: 'totp' }, { kind: 'passkey' }, { kind: 'totp' }]);
  });

  it('is in the user’s language, and names the app as its users know it', async () => {
    const user = await stage.user();
    const settings = JSON.stringify({ theme: { displayName: 'Bäckerei' } });
    await postgres.database().query(`UPDATE auth_user SET locale = 'de' WHERE id = $1`, [user.userId]);
    await postgres
      .database()
      .query('INSERT INTO auth_settings (app_id, settings, version) VALUES ($1, $2, 1)', [user.appId, settings]);
    await stage.withTotp(user);
    expect(await stage.mailsTo(user)).toMatchObject([{ locale: 'de', params: { appName: 'Bäckerei' } }]);
  });

  it('tells of recovery codes that go because a stranger may have made them, and leaves the factor of before', async () => {
    const user = await stage.user();
    await stage.withTotp(user);
    const { rows } = await postgres.database().query<{ since: Date }>("SELECT now() + interval '1 ms' AS since");
    const removeSince = () =>
      postgres.database().transaction((tx) => stage.mfa.factors.removeSince(tx, user, rows[0]!.since));
    await removeSince();
    expect(await stage.mfa.factors.list(user)).toMatchObject({ factors: [{ kind: 'totp' }], recoveryCodesLeft: 10 });
    const made = await stage.mfa.factors.newRecoveryCodes(user);
    await removeSince();
    expect(await stage.mfa.factors.list(user)).toMatchObject({ factors: [{ kind: 'totp' }], recoveryCodesLeft: 0 });
    const code = made.end === 'made' ? made.codes[0]! : '';
    expect(await stage.mfa.secondFactors.verifyRecoveryCode(user, code)).toMatchObject({ end: 'refused' });
    expect((await told(user)).at(-1)).toEqual(['factor_removed', { kind: 'recovery_codes' }]);
  });

  it('is sent to no address that was never proven: its mailbox may be anybody’s', async () => {
    const user = await stage.user();
    await postgres.database().query('UPDATE auth_user SET email_verified_at = NULL WHERE id = $1', [user.userId]);
    await stage.withTotp(user);
    expect(await stage.mailsTo(user)).toEqual([]);
    expect(await stage.eventsOf(user)).toContainEqual(expect.objectContaining({ type: 'auth.factor_added' }));
  });

  it('is not one for each of many changes of one kind; another kind is told, and another address', async () => {
    const user = await stage.user();
    await stage.withTotp(user);
    const many = async () => {
      for (let time = 0; time < 5; time += 1) await stage.mfa.factors.newRecoveryCodes(user);
    };
    await many();
    await addPasskey(user);
    expect((await told(user)).map(([, params]) => (params as { kind: string }).kind)).toEqual([
      'totp',
      ...['recovery_codes', 'recovery_codes', 'recovery_codes'],
      'passkey',
    ]);
    const other = `other-${user.userId}@example.com`;
    await postgres
      .database()
      .query('UPDATE auth_user SET email = $2, email_key = $2 WHERE id = $1', [user.userId, other]);
    await many();
    expect((await stage.mailsTo(user)).filter(({ to }) => to === other)).toHaveLength(3);
  });

  it('is owed to nobody where the change did not happen, and to nobody without an address', async () => {
    const user = await stage.user();
    await stage.withTotp(user);
    const undone = postgres.database().transaction(async (tx) => {
      await stage.mfa.factors.removeAll(tx, user);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await told(user)).toEqual([['factor_added', { kind: 'totp' }]]);
    await postgres.database().query('UPDATE auth_user SET email = NULL, email_key = NULL WHERE id = $1', [user.userId]);
    await stage.withTotp(user);
    expect(await stage.mailsTo(user)).toHaveLength(1);
  });
});
