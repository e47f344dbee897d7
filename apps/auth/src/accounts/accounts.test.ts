import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { GOOD_PASSWORD, newAddress, stranger, useAccounts } from './accounts.harness.js';
import { Passwords } from './passwords/passwords.js';
import { releaseUnproven } from './release-unproven.js';

const { accounts, dropped, ended, latestMail, newApp, postgres, profiles, verifiedUser } = useAccounts();

const register = (appId: Uuid, email: string, change: object = {}) =>
  accounts().registration.register({
    appId,
    email,
    password: GOOD_PASSWORD,
    name: undefined,
    locale: 'en',
    visitor: stranger(),
    ...change,
  });

const signIn = (appId: Uuid, email: string, password = GOOD_PASSWORD, visitor = stranger()) =>
  accounts().signIn.attempt({ appId, email, password, visitor });

async function eventsOf(appId: Uuid): Promise<{ type: string; subject: string; payload: object }[]> {
  const sql = 'SELECT type, subject, payload FROM event_log WHERE app_id = $1 ORDER BY xid, id';
  return (await postgres.database().query<never>(sql, [appId])).rows;
}

async function tokenOf(appId: Uuid, to: string): Promise<string> {
  return (await latestMail(appId, to))?.token ?? 'none';
}

async function userOf(appId: Uuid, email: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await postgres
    .database()
    .query('SELECT * FROM auth_user WHERE app_id = $1 AND email_key = $2', [appId, email.toLowerCase()]);
  return rows[0];
}

/** Lets every link that was sent in an app run out. */
const expireLinks = (appId: Uuid) =>
  postgres.database().query('UPDATE one_time_token SET expires_at = now() WHERE app_id = $1', [appId]);

describe('registration', () => {
  it('makes an account whose address is not proven yet, and sends a link that proves it', async () => {
    const appId = await newApp();
    const email = newAddress();
    expect(await register(appId, email, { name: 'Ann', locale: 'de' })).toEqual({ end: 'accepted' });
    const user = await userOf(appId, email);
    expect(user).toMatchObject({ email, name: 'Ann', locale: 'de', email_verified_at: null, status: 'active' });
    const mail = await latestMail(appId, email);
    expect(mail).toMatchObject({ template: 'verification', locale: 'de', params: { appName: 'Shop' } });
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed', userId: user?.['id'], emailVerified: false });
    const [token, userId] = [mail?.token ?? '', formatId('user', String(user?.['id']))];
    expect(await accounts().verification.look(token)).toEqual({ end: 'good', appId });
    expect(await accounts().verification.confirm(token)).toMatchObject({
      end: 'verified',
      appId,
      userId: user?.['id'],
    });
    expect(await accounts().verification.confirm(token)).toEqual({ end: 'used' });
    expect(await accounts().verification.look(token)).toEqual({ end: 'used', appId });
    expect(await signIn(appId, email)).toMatchObject({ emailVerified: true });
    expect(await eventsOf(appId)).toEqual([
      { type: 'auth.user_registered', subject: userId, payload: { userId } },
      { type: 'auth.email_verified', subject: userId, payload: { userId, change: false } },
    ]);
  });

  it('changes nothing for an address that has an account, and tells its owner', async () => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    const before = await userOf(appId, email);
    expect(await register(appId, email.toUpperCase(), { password: 'quite another one', name: 'Mallory' })).toEqual({
      end: 'accepted',
    });
    expect(await userOf(appId, email)).toEqual(before);
    const mail = await latestMail(appId, email);
    expect(mail?.template).toBe('already_registered');
    expect(JSON.stringify(mail)).not.toContain('Mallory');
    expect(await accounts().recovery.look(mail?.token ?? '')).toEqual({ end: 'good', appId });
  });

  it('is one account for two who register at the same moment', async () => {
    const appId = await newApp();
    const email = newAddress();
    const outcomes = await Promise.all(
      [1, 2, 3].map((n) => register(appId, email, { password: `${GOOD_PASSWORD} ${n}` })),
    );
    expect(outcomes).toEqual(Array(3).fill({ end: 'accepted' }));
    expect((await eventsOf(appId)).filter(({ type }) => type === 'auth.user_registered')).toHaveLength(1);
  });

  it('is for one app: the same address is another user elsewhere', async () => {
    const [one, other] = [await newApp(), await newApp()];
    const email = newAddress();
    await register(one, email);
    expect(await signIn(other, email)).toEqual({ end: 'refused' });
    await register(other, email);
    expect((await latestMail(other, email))?.template).toBe('verification');
  });

  it.each([
    ['a weak password', { password: 'password' }, { end: 'weak', why: 'breached' }],
    ['no address', { email: 'ann at example.com' }, { end: 'bad_email' }],
  ])('refuses %s, whoever it is', async (_what, change, outcome) => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    expect(await register(appId, newAddress(), change)).toEqual(outcome);
    expect(await register(appId, email, change)).toEqual(outcome);
  });

  it('is over where the app takes no new users', async () => {
    const appId = await newApp();
    profiles.set(appId, { displayName: 'Club', registration: 'closed', emailVerification: 'later' });
    expect(await register(appId, newAddress())).toEqual({ end: 'closed' });
  });

  it('sends the link again to who lost it, and to nobody else', async () => {
    const appId = await newApp();
    const [lost, { email: proven }] = [newAddress(), await verifiedUser(appId)];
    await register(appId, lost);
    const first = await tokenOf(appId, lost);
    const before = (await latestMail(appId, proven))?.token;
    for (const email of [lost, proven, newAddress(), 'nonsense']) {
      expect(await accounts().verification.sendAgain(appId, email, stranger())).toEqual({ end: 'accepted' });
    }
    expect(await tokenOf(appId, lost)).not.toBe(first);
    expect((await latestMail(appId, proven))?.token).toBe(before);
  });
});

describe('sign-in by password', () => {
  it('passes with the password, however the address is written', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    expect(await signIn(appId, ` ${email.toUpperCase()}`)).toEqual({
      ...{ end: 'passed', userId: id, emailVerified: true, passwordVersion: expect.any(String) },
    });
  });

  it.each(['wrong password', 'no such account', 'no address', 'no password', 'disabled', 'far too long'])(
    'is refused with the same words: %s',
    async (why) => {
      const appId = await newApp();
      const { id, email } = await verifiedUser(appId);
      if (why === 'no password') {
        await postgres.database().query('UPDATE auth_user SET password_hash = NULL WHERE id = $1', [id]);
      }
      if (why === 'disabled') {
        await postgres.database().query("UPDATE auth_user SET status = 'disabled' WHERE id = $1", [id]);
      }
      const typed = why === 'no such account' ? newAddress() : why === 'no address' ? '\0' : email;
      const password =
        why === 'wrong password' ? 'wrong horse' : why === 'far too long' ? 'x'.repeat(9_999) : GOOD_PASSWORD;
      expect(await signIn(appId, typed, password)).toEqual({ end: 'refused' });
    },
  );

  it('brings a hash of another cost up to date, unless the password was changed meanwhile', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    const old = await new Passwords({ slots: 1, waiting: 1 }, { memoryKiB: 16, passes: 2, lanes: 1 }).hash(
      GOOD_PASSWORD,
    );
    await postgres.database().query('UPDATE auth_user SET password_hash = $2 WHERE id = $1', [id, old]);
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed' });
    const { password_hash: fresh } = (await userOf(appId, email)) ?? {};
    expect(fresh).toMatch(/m=8,t=1,p=1/);
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed' });
    expect((await userOf(appId, email))?.['password_hash']).toBe(fresh);
  });
});

describe('recovery', () => {
  it('sets a new password by a link, ends every session, and signs nobody in', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    expect(await accounts().recovery.ask(appId, email.toUpperCase(), stranger())).toEqual({ end: 'accepted' });
    const mail = await latestMail(appId, email);
    expect(mail).toMatchObject({ template: 'recovery', to: email });
    const token = mail?.token ?? '';
    ended.length = 0;
    expect(await accounts().recovery.reset(token, 'a wholly new one')).toEqual({ end: 'reset', appId, userId: id });
    expect(ended).toEqual([{ appId, userId: id, reason: 'password_changed' }]);
    expect((await postgres.database().query('SELECT FROM auth_session WHERE user_id = $1', [id])).rowCount).toBe(0);
    expect(await signIn(appId, email)).toEqual({ end: 'refused' });
    expect(await signIn(appId, email, 'a wholly new one')).toMatchObject({ end: 'passed' });
    expect(await accounts().recovery.reset(token, 'and another one')).toEqual({ end: 'used' });
    expect((await latestMail(appId, email))?.template).toBe('password_changed');
    const userId = formatId('user', id);
    expect((await eventsOf(appId)).at(-1)).toEqual({
      type: 'auth.password_changed',
      subject: userId,
      payload: { userId, by: 'recovery' },
    });
  });

  it('takes the account from whoever registered it with an address that is not theirs', async () => {
    const appId = await newApp();
    const email = newAddress();
    await register(appId, email, { password: 'set by the attacker' });
    await register(appId, email, { password: 'wanted by the owner' });
    const token = await tokenOf(appId, email);
    expect(await accounts().recovery.reset(token, 'chosen by the owner')).toMatchObject({ end: 'reset' });
    // A passkey that the first one to register left behind goes, too.
    expect(dropped).toHaveLength(1);
    expect(await signIn(appId, email, 'set by the attacker')).toEqual({ end: 'refused' });
    expect(await signIn(appId, email, 'chosen by the owner')).toMatchObject({ end: 'passed', emailVerified: true });
    expect((await eventsOf(appId)).map(({ type }) => type)).toContain('auth.email_verified');
  });

  it('does not use a link up for a weak password, and refuses it when its time is over', async () => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    await accounts().recovery.ask(appId, email, stranger());
    const token = await tokenOf(appId, email);
    expect(await accounts().recovery.reset(token, email)).toEqual({ end: 'weak', why: 'guessable' });
    expect(await accounts().recovery.look(token)).toEqual({ end: 'good', appId });
    await expireLinks(appId);
    expect(await accounts().recovery.look(token)).toEqual({ end: 'expired', appId });
    expect(await accounts().recovery.reset(token, 'a wholly new one')).toEqual({ end: 'expired' });
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed' });
  });

  it('by one link voids the others', async () => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    await accounts().recovery.ask(appId, email, stranger());
    const first = await tokenOf(appId, email);
    await accounts().recovery.ask(appId, email, stranger());
    expect(await accounts().recovery.reset(await tokenOf(appId, email), 'a wholly new one')).toMatchObject({
      end: 'reset',
    });
    expect(await accounts().recovery.reset(first, 'an attacker waited')).toEqual({ end: 'used' });
  });

  it('is one for many who press the link at the same moment', async () => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    await accounts().recovery.ask(appId, email, stranger());
    const token = await tokenOf(appId, email);
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, n) => accounts().recovery.reset(token, `new one ${n} of eight`)),
    );
    expect(all.map(({ end }) => end).sort()).toEqual(['reset', ...Array<string>(7).fill('used')]);
  });

  it('takes no link that was sent for something else', async () => {
    const appId = await newApp();
    const email = newAddress();
    await register(appId, email);
    const token = await tokenOf(appId, email);
    expect(await accounts().recovery.reset(token, 'a wholly new one')).toEqual({ end: 'unknown' });
    expect(await accounts().recovery.look(token)).toEqual({ end: 'unknown', appId });
    const { email: other } = await verifiedUser(appId);
    await accounts().recovery.ask(appId, other, stranger());
    expect(await accounts().verification.confirm(await tokenOf(appId, other))).toEqual({ end: 'unknown' });
  });

  it('is not for a disabled user', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    await accounts().recovery.ask(appId, email, stranger());
    const token = await tokenOf(appId, email);
    await postgres.database().query("UPDATE auth_user SET status = 'disabled' WHERE id = $1", [id]);
    expect(await accounts().recovery.reset(token, 'a wholly new one')).toEqual({ end: 'expired' });
    expect(await accounts().recovery.ask(appId, email, stranger())).toEqual({ end: 'accepted' });
    expect(await tokenOf(appId, email)).toBe(token);
  });
});

describe('a user', () => {
  const ownerOf = (appId: Uuid, userId: Uuid, sessionId?: Uuid) => ({ appId, userId, sessionId });

  it('changes the password and stays signed in on this device alone', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    const sessionId = newUuid();
    ended.length = 0;
    const owner = ownerOf(appId, id, sessionId);
    expect(await accounts().own.changePassword(owner, 'password')).toEqual({ end: 'weak', why: 'breached' });
    expect(await accounts().own.changePassword(owner, 'a wholly new one')).toEqual({ end: 'changed' });
    expect(ended).toEqual([{ appId, userId: id, except: sessionId, reason: 'password_changed' }]);
    expect(await signIn(appId, email, 'a wholly new one')).toMatchObject({ end: 'passed' });
    expect((await latestMail(appId, email))?.template).toBe('password_changed');
    expect((await eventsOf(appId)).at(-1)?.payload).toEqual({ userId: formatId('user', id), by: 'user' });
  });

  it('keeps the password when the sessions cannot be ended', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    ended.push = () => {
      throw new Error('no');
    };
    const change = accounts().own.changePassword(ownerOf(appId, id), 'a wholly new one');
    await expect(change).rejects.toThrow('no');
    Reflect.deleteProperty(ended, 'push');
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed' });
  });

  it('changes the address by a link to the new one, and the old one is told', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    const fresh = newAddress();
    await accounts().recovery.ask(appId, email, stranger());
    const oldLink = await tokenOf(appId, email);
    expect(await accounts().own.changeEmail(ownerOf(appId, id), fresh)).toEqual({ end: 'accepted' });
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed' });
    const token = await tokenOf(appId, fresh);
    expect(await accounts().verification.confirm(token)).toEqual({ end: 'verified', appId, userId: id, change: true });
    expect(await signIn(appId, fresh)).toMatchObject({ end: 'passed', userId: id, emailVerified: true });
    expect(await signIn(appId, email)).toEqual({ end: 'refused' });
    expect((await latestMail(appId, email))?.template).toBe('email_changed');
    expect(await accounts().recovery.reset(oldLink, 'a wholly new one')).toEqual({ end: 'used' });
  });

  it.each(['disabled', 'erasing'])(
    'sends nothing to the user of an address who is %s, and says the same',
    async (status) => {
      const appId = await newApp();
      const [{ id }, other] = [await verifiedUser(appId), await verifiedUser(appId)];
      const written = async () => {
        const tokens = 'SELECT FROM one_time_token WHERE user_id = $1';
        const mails = 'SELECT FROM auth_mail WHERE user_id = $1';
        const counts = [
          await postgres.database().query(tokens, [other.id]),
          await postgres.database().query(mails, [other.id]),
        ];
        return counts.map(({ rowCount }) => rowCount);
      };
      const before = await written();
      await postgres.database().query('UPDATE auth_user SET status = $2 WHERE id = $1', [other.id, status]);
      expect(await accounts().own.changeEmail(ownerOf(appId, id), other.email)).toEqual({ end: 'accepted' });
      expect(await written()).toEqual(before);
    },
  );

  it('does not learn whether an address has an account, and cannot take it', async () => {
    const appId = await newApp();
    const [{ id }, { email: others }] = [await verifiedUser(appId), await verifiedUser(appId)];
    expect(await accounts().own.changeEmail(ownerOf(appId, id), others)).toEqual({ end: 'accepted' });
    expect((await latestMail(appId, others))?.template).toBe('already_registered');
    const wanted = newAddress();
    await accounts().own.changeEmail(ownerOf(appId, id), wanted);
    const token = await tokenOf(appId, wanted);
    await register(appId, wanted);
    expect(await accounts().verification.confirm(token)).toEqual({ end: 'taken', appId });
  });

  it('changes name and language, each alone', async () => {
    const appId = await newApp();
    const { id, email } = await verifiedUser(appId);
    const owner = ownerOf(appId, id);
    await accounts().own.change(owner, { name: 'Ann' });
    await accounts().own.change(owner, { locale: 'de' });
    expect(await accounts().own.read(owner)).toMatchObject({ email, name: 'Ann', locale: 'de', hasPassword: true });
    await accounts().own.change(owner, { name: null });
    expect(await accounts().own.read(owner)).toMatchObject({ name: null, locale: 'de', emailVerified: true });
    expect(await accounts().own.read(ownerOf(await newApp(), id))).toBeUndefined();
  });
});

describe('an address that was never proven', () => {
  it('is taken from its account, which is not handed over with it', async () => {
    const appId = await newApp();
    const email = newAddress();
    await register(appId, email, { password: 'set by the attacker' });
    const [user, link] = [await userOf(appId, email), await tokenOf(appId, email)];
    ended.length = 0;
    const release = () =>
      postgres
        .database()
        .transaction((tx) => releaseUnproven(tx, async (_tx, of) => ended.push(of), { appId, emailKey: email }));
    expect(await release()).toBe(true);
    expect(ended).toEqual([{ appId, userId: user?.['id'], reason: 'superseded' }]);
    expect(await userOf(appId, email)).toBeUndefined();
    expect(await signIn(appId, email, 'set by the attacker')).toEqual({ end: 'refused' });
    expect(await accounts().verification.confirm(link)).toEqual({ end: 'used' });
    expect(await release()).toBe(false);
    await register(appId, email);
    expect((await latestMail(appId, email))?.template).toBe('verification');
  });

  it('stays where it was proven', async () => {
    const appId = await newApp();
    const { email } = await verifiedUser(appId);
    const released = await postgres
      .database()
      .transaction((tx) => releaseUnproven(tx, async () => undefined, { appId, emailKey: email }));
    expect(released).toBe(false);
    expect(await signIn(appId, email)).toMatchObject({ end: 'passed' });
  });
});
