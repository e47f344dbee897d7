import { describe, expect, it, jest } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { type Account, newEmail, useWholeService, type WholeApp } from '../../pages/whole-service.harness.js';
import type { Visit } from '../../pages/visit.harness.js';
import { PURGE_PAST_EMAILS } from './past-email.queries.js';

jest.setTimeout(60_000);

const service = useWholeService();

const PUT_EMAIL = ['PUT', '/v1/me/email'] as const;

/** Asks for another address in a session, and opens the link that is sent there. */
async function change(app: WholeApp, token: string, email: string): Promise<void> {
  expect((await service().call(...PUT_EMAIL, token, { email })).status).toBe(202);
  const done = await service().press(service().visit(), await service().linkTo(app, email, 'email_change'));
  expect(done.title).toContain('Your address is confirmed');
}

interface Theft {
  readonly account: Account;
  readonly own: Visit;
  readonly ownToken: string;
  readonly thiefToken: string;
  readonly thiefEmail: string;
}

/** Somebody with the password has signed in from elsewhere. */
async function intruded(): Promise<Theft> {
  const account = await service().account();
  const own = service().visit();
  const ownToken = await service().signIn(own, account);
  const thiefToken = await service().signIn(service().visit(), account);
  return { account, own, ownToken, thiefToken, thiefEmail: newEmail() };
}

/** ... and has the account mailed to an address of their own. */
async function stolen(): Promise<Theft> {
  const theft = await intruded();
  await change(theft.account.app, theft.thiefToken, theft.thiefEmail);
  return theft;
}

/** @param about how many sign-ins ago it was */
async function sayNotMe({ app }: Account, about = 0): Promise<void> {
  const alert = (await service().alerts(app))[about];
  const said = await service().call('POST', `/v1/sign-in-alerts/${alert!.noticeId}/not-me`, undefined, {
    token: alert!.token,
  });
  expect(said.status).toBe(200);
}

const addresses = async ({ app }: Account): Promise<unknown[]> =>
  (
    await service().database.query<{ email: string | null }>(
      'SELECT email, email_verified_at IS NOT NULL AS proven FROM auth_user WHERE app_id = $1 ORDER BY created_at, id',
      [app.appId],
    )
  ).rows;

const now = async (account: Account): Promise<string> => ((await addresses(account)) as { email: string }[])[0]!.email;

const templates = async ({ app }: Account, to: string): Promise<string[]> =>
  (await service().mailsTo(app, to)).map(({ template }) => template);

/** Sets up a second factor, as if its first code had been shown. */
async function addFactor({ app }: Account, token: string): Promise<void> {
  expect((await service().call('POST', '/v1/me/factors/totp', token, {})).status).toBe(201);
  await service().database.query('UPDATE totp_factor SET confirmed_at = now() WHERE app_id = $1', [app.appId]);
}

/** Chooses a new password by the newest link, and signs in with it. */
async function recovered({ app, email }: Account): Promise<string> {
  const password = 'a heron at the harbour';
  const done = await service().press(service().visit(), await service().linkTo(app, email, 'recovery'), { password });
  expect(done.title).toContain('Your password is changed');
  return (await service().logIn(service().visit(), { app, email, password })).text;
}

describe('"not me", about a session that changed the address', () => {
  it('puts the old one back, and the way to a new password goes there', async () => {
    const { account, thiefToken, thiefEmail } = await stolen();
    expect(await addresses(account)).toEqual([{ email: thiefEmail, proven: true }]);
    await sayNotMe(account);
    expect(await addresses(account)).toEqual([{ email: account.email, proven: true }]);
    expect((await templates(account, account.email))[0]).toBe('recovery');
    expect(await templates(account, thiefEmail)).toEqual(['email_change']);
    await eventually(async () => expect((await service().call('GET', '/v1/me', thiefToken)).status).toBe(401));
    expect(await recovered(account)).toContain('Continue as Ann');
  });

  it('goes behind all that the session changed, and voids what waits in its mailbox', async () => {
    const { account, thiefToken, thiefEmail } = await stolen();
    const second = newEmail();
    await change(account.app, thiefToken, second);
    // The address of an hour is none that the user had before: nothing leads back to it.
    expect(await templates(account, thiefEmail)).toEqual(['email_changed', 'email_change']);
    await expect(service().linkTo(account.app, thiefEmail, 'email_changed')).rejects.toThrow('no link');
    await sayNotMe(account);
    expect(await addresses(account)).toEqual([{ email: account.email, proven: true }]);
  });

  it('takes the old one from whoever registered it meanwhile, and cannot have proven it', async () => {
    const { account } = await stolen();
    await service().register(account.app, account.email);
    await sayNotMe(account);
    expect(await addresses(account)).toEqual([
      { email: account.email, proven: true },
      { email: null, proven: false },
    ]);
  });

  it('leaves the account without one where somebody has proven it: the thief keeps no mailbox', async () => {
    const { account } = await stolen();
    await service().register(account.app, account.email);
    await service().press(service().visit(), await service().linkTo(account.app, account.email, 'verification'));
    await sayNotMe(account);
    expect(await addresses(account)).toEqual([
      { email: null, proven: false },
      { email: account.email, proven: true },
    ]);
  });

  it('goes behind what a later one of the same thief changed, which has signed itself out', async () => {
    const { account } = await stolen();
    const token = await service().signIn(service().visit(), { ...account, email: await now(account) });
    await change(account.app, token, newEmail());
    expect((await service().call('DELETE', '/v1/me/sessions/current', token)).status).toBe(204);
    await sayNotMe(account, 1);
    expect(await addresses(account)).toEqual([{ email: account.email, proven: true }]);
  });

  it('goes behind what a later one changed that signed in twice: that makes its browser no friend', async () => {
    const { account } = await stolen();
    const [browser, thief] = [service().visit(), { ...account, email: await now(account) }];
    await service().signIn(browser, thief);
    const again = await service().signIn(browser, thief, { prompt: 'login' });
    await change(account.app, again, newEmail());
    await sayNotMe(account, 1);
    expect(await addresses(account)).toEqual([{ email: account.email, proven: true }]);
    await eventually(async () => expect((await service().call('GET', '/v1/me', again)).status).toBe(401));
  });

  it('leads no further back than to what an earlier one changed, and leaves the link that does', async () => {
    const { account, thiefEmail } = await stolen();
    const token = await service().signIn(service().visit(), { ...account, email: thiefEmail });
    await change(account.app, token, newEmail());
    await sayNotMe(account);
    expect(await addresses(account)).toEqual([{ email: thiefEmail, proven: true }]);
    await service().press(service().visit(), await service().linkTo(account.app, account.email, 'email_changed'));
    expect(await addresses(account)).toEqual([{ email: account.email, proven: true }]);
  });

  it('tells of the factors that go with it where the user reads it, not the thief', async () => {
    const { account, thiefToken, thiefEmail } = await stolen();
    await addFactor(account, thiefToken);
    await sayNotMe(account);
    expect(await templates(account, account.email)).toContain('factor_removed');
    expect(await templates(account, thiefEmail)).toEqual(['email_change']);
  });

  it('leaves alone what the user changed in another session', async () => {
    const { account, ownToken } = await intruded();
    const fresh = newEmail();
    await change(account.app, ownToken, fresh);
    await sayNotMe(account);
    expect(await addresses(account)).toEqual([{ email: fresh, proven: true }]);
    expect((await templates(account, fresh))[0]).toBe('recovery');
  });
});

describe('the link in the mail to an address that was replaced', () => {
  it('puts it back, signs everybody out and leads to a new password, once', async () => {
    const { account, ownToken, thiefToken, thiefEmail } = await stolen();
    const link = await service().linkTo(account.app, account.email, 'email_changed');
    const visit = service().visit();
    const page = await visit.get(link);
    expect(page.text).toContain('It was not me: undo the change');
    expect(await addresses(account)).toEqual([{ email: thiefEmail, proven: true }]);
    expect((await visit.submit(page, page.path)).title).toContain('Your address counts again');
    expect(await addresses(account)).toEqual([{ email: account.email, proven: true }]);
    for (const token of [ownToken, thiefToken]) {
      await eventually(async () => expect((await service().call('GET', '/v1/me', token)).status).toBe(401));
    }
    const refused = await service().logIn(service().visit(), account);
    expect(refused.title).toContain('Choose a new password');
    expect((await service().visit().get(link)).status).toBe(410);
    expect(await recovered(account)).toContain('Continue as Ann');
  });

  it('takes away the second factor that the thief has set up', async () => {
    const { account, thiefToken } = await stolen();
    await addFactor(account, thiefToken);
    await service().press(service().visit(), await service().linkTo(account.app, account.email, 'email_changed'));
    expect(await recovered(account)).toContain('Continue as Ann');
  });

  it('takes away what an earlier session of the thief has set up, too', async () => {
    const { account, thiefToken } = await intruded();
    const later = await service().signIn(service().visit(), account);
    const email = newEmail();
    expect((await service().call(...PUT_EMAIL, later, { email })).status).toBe(202);
    await addFactor(account, thiefToken);
    await service().database.query(
      `UPDATE totp_factor SET created_at = (SELECT max(created_at) FROM auth_session WHERE app_id = $1) - interval '1 ms'
       WHERE app_id = $1`,
      [account.app.appId],
    );
    await service().press(service().visit(), await service().linkTo(account.app, email, 'email_change'));
    await service().press(service().visit(), await service().linkTo(account.app, account.email, 'email_changed'));
    expect(await recovered(account)).toContain('Continue as Ann');
  });

  it('is sent to no address that was never proven: somebody else may read its mailbox', async () => {
    const app = await service().app({ emailVerification: 'later' });
    const account = { app, email: newEmail(), password: 'a walrus in the tea room' };
    await service().register(app, account.email);
    await change(app, await service().signIn(service().visit(), account), newEmail());
    expect(await templates(account, account.email)).toEqual(['email_changed', 'verification']);
    await expect(service().linkTo(app, account.email, 'email_changed')).rejects.toThrow('no link');
  });

  it('has its time, as what it goes by has', async () => {
    const { account, thiefEmail } = await stolen();
    const { database } = service();
    await database.query("UPDATE past_email SET replaced_at = replaced_at - interval '8 days' WHERE app_id = $1", [
      account.app.appId,
    ]);
    await database.query(PURGE_PAST_EMAILS, [100]);
    await sayNotMe(account);
    expect(await addresses(account)).toEqual([{ email: thiefEmail, proven: true }]);
  });
});

describe('two users who want one address', () => {
  it('at the same moment: one has it, and the other is told that it is taken', async () => {
    const app = await service().app();
    const [ann, bob] = [await service().account(app), await service().account(app)];
    const wanted = newEmail();
    const token = await service().signIn(service().visit(), ann);
    expect((await service().call(...PUT_EMAIL, token, { email: wanted })).status).toBe(202);
    const link = await service().linkTo(app, wanted, 'email_change');
    const visit = service().visit();
    const page = await visit.get(link);
    const pressed = await service().database.transaction(async (tx) => {
      await tx.query('UPDATE auth_user SET email = $2, email_key = $2 WHERE email_key = $1', [bob.email, wanted]);
      const answer = visit.submit(page, page.path);
      // Ann's change waits until Bob's is there to stay.
      await eventually(async () => {
        const waiting = await service().database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(waiting.rowCount).toBeGreaterThan(0);
      });
      return { answer };
    });
    const seen = await pressed.answer;
    expect([seen.status, seen.alerts]).toEqual([200, [expect.stringContaining('Another account has this address')]]);
    expect((await addresses(ann)).map((row) => (row as { email: string }).email)).toEqual([ann.email, wanted]);
  });
});
