import { describe, expect, it, jest } from '@jest/globals';
import { formatId, type Uuid } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { Secret, TOTP } from 'otpauth';
import { ATTEMPT_RULES } from '../limits/attempt-rules.js';
import type { Seen, Visit } from './visit.harness.js';
import { type Account, newEmail, PASSWORD, useWholeService } from './whole-service.harness.js';

jest.setTimeout(60_000);

const service = useWholeService();

describe('the pages on the parts that there are', () => {
  it('take somebody from a new account to an authenticator app and, without the phone, in by a recovery code', async () => {
    const app = await service().app({ mfa: 'required' });
    const url = service().authorizeUrl(app);
    const [email, password] = [newEmail(), PASSWORD];
    const visit = service().visit();
    const login = await visit.get(url);
    expect(login.title).toBe('Sign in · Kaffee');
    const register = await visit.get(`${login.path}/register`);
    const weak = await visit.submit(register, register.path, { email, password: 'password1' });
    expect(weak.alerts).toEqual([expect.stringContaining('lists that thieves try first')]);
    const mail = await visit.submit(weak, register.path, { email, name: 'Ann', password });
    expect(mail.text).toContain(`We have sent a message to ${email}.`);
    await service().press(visit, await service().linkTo(app, email));
    const again = await visit.get(`${login.path}/login`);
    const wrong = await visit.submit(again, again.path, { email, password: 'a walrus in the tearoom' });
    expect(wrong.alerts).toEqual([expect.stringContaining('do not match an account')]);
    const enrol = await visit.submit(wrong, again.path, { email, password });
    const secret = /<code class="secret">([A-Z2-7 ]+)</.exec(enrol.text)![1]!.replaceAll(' ', '');
    const code = TOTP.generate({ secret: Secret.fromBase32(secret) });
    const codes = await visit.submit(enrol, enrol.path, { code });
    const recovery = [...codes.text.matchAll(/<code class="secret">([^<]+)</g)].map(([, each]) => each!);
    expect(recovery).toHaveLength(10);
    const consent = await visit.submit(codes, codes.path);
    expect(consent.text).toContain('Continue as Ann');
    const end = await visit.submit(consent, `${consent.path}/consent`);
    expect(new URL(end.path).searchParams.get('code')).toMatch(/\S{20}/);

    const other = service().visit();
    const second = await other.get(url);
    const asked = await other.submit(second, `${second.path}/login`, { email, password });
    expect(asked.title).toBe('Confirm that it is you · Kaffee');
    const used = await other.submit(asked, asked.path, { code });
    expect(used.alerts).toEqual([expect.stringContaining('was used already')]);
    const form = await other.get(`${second.path}/recovery-code`);
    const inside = await other.submit(form, form.path, { code: recovery[0]!.toUpperCase().replaceAll('-', ' ') });
    expect(inside.text).toContain('Continue as Ann');
  });
});

describe('check 17: guessing from a device that says it is the known one', () => {
  it('is slowed down like any other, and the browser that is known is not', async () => {
    const account = await service().account();
    const said = { device_id: 'installation-7' };
    const own = service().visit();
    await service().signIn(own, account, said);
    const stranger = service().visit();
    const guess = { ...account, password: 'a guess' };
    const alerts: string[] = [];
    for (let n = 0; n <= ATTEMPT_RULES['sign-in-account'].quick.burst; n += 1) {
      alerts.push(...(await service().logIn(stranger, guess, said)).alerts);
    }
    expect(alerts.at(-2)).toContain('do not match an account');
    expect(alerts.at(-1)).toContain('Too many attempts');
    const login = await service().logIn(own, account, { ...said, prompt: 'login' });
    expect(login.text).toContain('Continue as Ann');
  });
});

describe('check 18: what comes after a registration', () => {
  it('is the same whether the address had an account: nobody is let in, or told more, before the address is proven', async () => {
    const { app, email: taken } = await service().account();
    const free = newEmail();
    const password = 'a badger in the bakery';
    const seen = async (email: string): Promise<unknown> => {
      const registered = await service().register(app, email, password);
      const login = await service().logIn(service().visit(), { app, email, password });
      return [
        registered.status,
        registered.text.replaceAll(/[\w.-]+@example\.com|value="[^"]*"|\/sign-in\/[\w-]+/g, ''),
        login.status,
        login.alerts,
      ];
    };
    expect(await seen(taken)).toEqual(await seen(free));
    await service().press(service().visit(), await service().linkTo(app, free));
    const login = await service().logIn(service().visit(), { app, email: free, password });
    expect(login.text).toContain('Continue as');
  });

  it('lets somebody in at once where the app wants that', async () => {
    const app = await service().app({ emailVerification: 'later' });
    const email = newEmail();
    await service().register(app, email);
    const login = await service().logIn(service().visit(), { app, email, password: PASSWORD });
    expect(login.text).toContain('Continue as');
  });
});

/** @returns the link to a new password. */
async function asksForRecovery({ app, email }: Account): Promise<string> {
  const visit = service().visit();
  const asked = await visit.get(service().authorizeUrl(app));
  const form = await visit.get(`${asked.path}/recover`);
  await visit.submit(form, form.path, { email });
  return service().linkTo(app, email, 'recovery');
}

const NEW_PASSWORD = 'a lighthouse keeper in june';
const changesPassword = async (link: string): Promise<void> => {
  const { text } = await service().press(service().visit(), link, { password: NEW_PASSWORD });
  expect(text).toContain('Your password is changed');
};
const recovers = async (account: Account): Promise<void> => changesPassword(await asksForRecovery(account));

describe('a sign-in that waits for its second step', () => {
  const secretIn = (text: string): string => /<code class="secret">([A-Z2-7 ]+)</.exec(text)![1]!.replaceAll(' ', '');
  const factorsOf = async (email: string): Promise<unknown[]> =>
    (
      await service().database.query(
        `SELECT FROM totp_factor t JOIN auth_user u ON u.id = t.user_id WHERE u.email = $1 AND t.confirmed_at IS NOT NULL`,
        [email],
      )
    ).rows;

  const signsOutEverywhere = async (account: Account): Promise<void> => {
    const { rows } = await service().database.query<{ id: Uuid }>('SELECT id FROM auth_user WHERE email = $1', [
      account.email,
    ]);
    const key = await service().key(account.app, ['users:write']);
    const path = `/v1/users/${formatId('user', rows[0]!.id)}/sessions`;
    expect((await service().call('DELETE', path, key)).status).toBeLessThan(300);
  };

  it.each([
    ['recovers the password', recovers],
    ['is signed out everywhere', signsOutEverywhere],
  ])('begins again with the password when the owner %s, and adds no factor', async (_, act) => {
    const account = await service().account(await service().app({ mfa: 'required' }));
    const thief = service().visit();
    const enrol = await service().logIn(thief, account);
    const code = TOTP.generate({ secret: Secret.fromBase32(secretIn(enrol.text)) });
    await act(account);
    const next = await thief.submit(enrol, enrol.path, { code });
    expect(next.title).toBe('Sign in · Kaffee');
    expect(await factorsOf(account.email)).toEqual([]);
  });

  it('goes on where nobody signed its user out', async () => {
    const account = await service().account(await service().app({ mfa: 'required' }));
    const visit = service().visit();
    const enrol = await service().logIn(visit, account);
    const code = TOTP.generate({ secret: Secret.fromBase32(secretIn(enrol.text)) });
    expect((await visit.submit(enrol, enrol.path, { code })).text).toContain('<code class="secret">');
    expect(await factorsOf(account.email)).toHaveLength(1);
  });
});

describe('a password that is being verified while its owner recovers the account', () => {
  const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

  /** The old password is sent, and its hash read; before it is verified the owner has another one. */
  async function meanwhileRecovered(thief: Visit, account: Account): Promise<Seen> {
    const link = await asksForRecovery(account);
    const { database } = service();
    const { answer } = await database.transaction(async (tx) => {
      // Attempts are counted after the hash is read.
      await tx.query('LOCK TABLE attempt_bucket IN EXCLUSIVE MODE');
      const sent = service().logIn(thief, account);
      await eventually(async () => expect((await database.query(WAITING)).rowCount).toBeGreaterThan(0));
      await changesPassword(link);
      return { answer: sent };
    });
    return answer;
  }

  it.each([
    ['for the session', {}],
    ['for the second step', { mfa: 'required' }],
  ])('is wrong, also %s', async (_, settings) => {
    const account = await service().account(await service().app(settings));
    const thief = service().visit();
    const answer = await meanwhileRecovered(thief, account);
    expect(answer.path).toMatch(/\/login$/);
    expect(answer.alerts).toEqual([expect.stringContaining('do not match an account')]);
    expect(answer.text).toContain(account.email);
    const next = await service().logIn(service().visit(), { ...account, password: NEW_PASSWORD });
    expect(next.alerts).toEqual([]);
  });

  it('makes no session either when the owner is quicker than the consent', async () => {
    const account = await service().account();
    const thief = service().visit();
    const consent = await service().logIn(thief, account);
    expect(consent.text).toContain('Continue as');
    await recovers(account);
    expect((await thief.submit(consent, `${consent.path}/consent`)).title).toBe('Sign in · Kaffee');
    // Nor the browser, which is signed in no more; the owner's, in the same second perhaps, is.
    expect((await thief.get(service().authorizeUrl(account.app))).title).toBe('Sign in · Kaffee');
    expect(await service().signIn(service().visit(), { ...account, password: NEW_PASSWORD })).toBeTruthy();
  });
});
