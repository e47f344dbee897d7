import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseId, type Uuid } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { decodeJwt } from 'jose';
import { SoftAuthenticator } from '../mfa/passkeys/authenticator.harness.js';
import { ISSUER } from '../pages/pages.harness.js';
import { type Account, newEmail, useWholeService } from '../pages/whole-service.harness.js';
import { Sessions } from './sessions.js';

jest.setTimeout(60_000);

const service = useWholeService();
const WAITING = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** Somebody who is signed in, and may ask for what wants a sign-in of the last minutes. */
interface SignedIn {
  readonly account: Account;
  readonly token: string;
  readonly sessionId: string;
}

async function signedIn(account: Account): Promise<SignedIn> {
  const token = await service().signIn(service().visit(), account);
  return { account, token, sessionId: String(decodeJwt(token)['sid']) };
}

const call = (...[method, path, token, body]: Parameters<ReturnType<typeof service>['call']>) =>
  service().call(method, path, token, body);

/** Everything of the user ends while the request is under way: its token was good, and it waits for the user. */
async function whileSignedOut<Answer>({ account, token }: SignedIn, send: () => Promise<Answer>): Promise<Answer> {
  const { appId } = account.app;
  const userId: Uuid = parseId('user', String(decodeJwt(token).sub))!;
  const { database } = service();
  const { answer } = await database.transaction(async (tx) => {
    expect(await new Sessions(database).revokeAll(tx, { appId, userId, reason: 'revoked' })).toBeGreaterThan(0);
    const sent = send();
    await eventually(async () => expect((await database.query(WAITING)).rowCount).toBeGreaterThan(0));
    return { answer: sent };
  });
  return answer;
}

const ENDED = { status: 401, body: expect.objectContaining({ code: 'invalid_token' }) };

describe('what a session asked for when it ended', () => {
  let account: Account;
  beforeAll(async () => {
    account = await service().account();
  });

  it('does not change the password', async () => {
    const user = await signedIn(account);
    const put = (): ReturnType<typeof call> =>
      call('PUT', '/v1/me/password', user.token, { password: 'a wholly new one' });
    expect(await whileSignedOut(user, put)).toEqual(ENDED);
    expect(await signedIn(account)).toHaveProperty('token');
  });

  it('sends no link to another address', async () => {
    const [user, email] = [await signedIn(account), newEmail()];
    const put = (): ReturnType<typeof call> => call('PUT', '/v1/me/email', user.token, { email });
    expect(await whileSignedOut(user, put)).toEqual(ENDED);
    expect(await service().mailsTo(account.app, email)).toEqual([]);
  });

  it('sets up no passkey', async () => {
    const user = await signedIn(account);
    const passkeys = '/v1/me/factors/passkeys';
    const { body: options } = await call('POST', `${passkeys}/options`, user.token);
    const answer = new SoftAuthenticator().create(options as never, { origin: ISSUER });
    const post = (): ReturnType<typeof call> => call('POST', passkeys, user.token, { name: 'Laptop', answer });
    expect(await whileSignedOut(user, post)).toEqual(ENDED);
    const { token } = await signedIn(account);
    expect((await call('GET', '/v1/me/factors', token)).body).toMatchObject({ items: [] });
  });

  it('changes no address by a link that is opened later', async () => {
    const [own, other] = [await signedIn(account), await signedIn(account)];
    const email = newEmail();
    expect((await call('PUT', '/v1/me/email', other.token, { email })).status).toBe(202);
    const link = await service().linkTo(account.app, email, 'email_change');
    expect((await call('DELETE', `/v1/me/sessions/${other.sessionId}`, own.token)).status).toBeLessThan(300);
    expect((await service().press(service().visit(), link)).text).toContain('not good any more');
    expect((await call('GET', '/v1/me', own.token)).body).toMatchObject({ email: account.email });
  });
});
