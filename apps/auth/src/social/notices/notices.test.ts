import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { type TestApp, useSocial } from '../social.harness.js';

const social = useSocial();
const control = <Answer>(method: string, path: string, body?: unknown) =>
  social.sandbox().control<Answer>(method, `/v1/sign-in/${path}`, body);

/** The stand-ins post here; what they posted is handed on as it came. */
let server: Server;
const posted: { body: Buffer; contentType: string; arrived: () => void }[] = [];
let wake: (() => void) | undefined;
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posted.push({
        body: Buffer.concat(chunks),
        contentType: request.headers['content-type'] ?? '',
        arrived: () => response.writeHead(202).end(),
      });
      wake?.();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (const provider of ['google', 'apple']) await control('POST', `${provider}/receivers`, { url });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A notice, signed as the provider signs it. */
async function signed(provider: 'google' | 'apple', event: object): Promise<{ body: Buffer; contentType: string }> {
  const next = new Promise<void>((resolve) => (wake = resolve));
  await control('POST', `${provider}/events`, event);
  if (posted.length === 0) await next;
  const { arrived, ...notice } = posted.shift()!;
  arrived();
  return notice;
}

async function deliver(
  app: TestApp,
  provider: string,
  notice: { body: Buffer | string; contentType?: string },
): Promise<number> {
  const answer = await social.fetch(`http://auth.test/webhooks/${provider}/${app.publicId}`, {
    method: 'POST',
    headers: { 'content-type': notice.contentType ?? 'application/json' },
    body: new Uint8Array(Buffer.from(notice.body)),
  });
  await answer.arrayBuffer();
  return answer.status;
}

let people = 0;
/** Somebody who signed in with a provider, is signed in, and has a password as well. */
async function member(app: TestApp, provider: 'google' | 'apple'): Promise<{ sub: string; userId: Uuid }> {
  people += 1;
  const { sub } = await control<{ sub: string }>('POST', `${provider}/people`, {
    email: `member${people}@example.com`,
  });
  const visitor = await social.visitor(app).arrive();
  const userId = await visitor.redeem(await visitor.through(provider, sub));
  await social.database().query(`UPDATE auth_user SET password_hash = 'hash' WHERE id = $1`, [userId]);
  return { sub, userId };
}

/** All that a notice could change. */
async function stateOf(app: TestApp, userId: Uuid) {
  const { rows } = await social
    .database()
    .query<{ n: number }>('SELECT count(*)::int AS n FROM auth_session WHERE user_id = $1 AND revoked_at IS NULL', [
      userId,
    ]);
  const [identity] = (await social.identities(app)).filter((each) => each.user_id === userId);
  const user = (await social.users(app)).find(({ id }) => id === userId)!;
  return {
    sessions: rows[0]!.n,
    identity:
      identity === undefined
        ? 'gone'
        : identity.withdrawn_at !== null
          ? 'withdrawn'
          : identity.suspended_at !== null
            ? 'suspended'
            : 'open',
    token: identity?.refresh_token == null ? 'none' : 'kept',
    password: user.password_hash === null ? 'none' : 'kept',
  };
}
const BEFORE = { sessions: 1, identity: 'open', token: 'kept', password: 'kept' };

describe('check 34: what providers tell of accounts', () => {
  it.each([
    ['apple', 'consent-revoked', {}, { sessions: 0, identity: 'withdrawn', token: 'none' }],
    ['apple', 'account-deleted', {}, { sessions: 0, identity: 'gone', token: 'none' }],
    ['apple', 'account-delete', {}, { sessions: 0, identity: 'gone', token: 'none' }],
    ['apple', 'email-disabled', {}, {}],
    ['google', 'sessions-revoked', {}, { sessions: 0 }],
    ['google', 'tokens-revoked', {}, { token: 'none' }],
    [
      'google',
      'account-disabled',
      { reason: 'hijacking' },
      { sessions: 0, identity: 'suspended', token: 'none', password: 'none' },
    ],
    ['google', 'account-disabled', { reason: 'bulk-account' }, { identity: 'suspended', token: 'none' }],
    ['google', 'account-credential-change-required', {}, {}],
  ] as const)('check 34: %s says %s %j', async (provider, type, more, changes) => {
    const app = await social.newAppWithProviders();
    const { sub, userId } = await member(app, provider);
    const other = await member(app, provider);
    expect(await stateOf(app, userId)).toEqual(BEFORE);
    expect(await deliver(app, provider, await signed(provider, { type, sub, ...more }))).toBe(202);
    expect(await stateOf(app, userId)).toEqual({ ...BEFORE, ...changes });
    expect(await stateOf(app, other.userId)).toEqual(BEFORE);
  });

  it('check 34: a replay does nothing more', async () => {
    const app = await social.newAppWithProviders();
    const { sub, userId } = await member(app, 'google');
    const notice = await signed('google', { type: 'sessions-revoked', sub });
    expect(await deliver(app, 'google', notice)).toBe(202);
    const again = await social.visitor(app).arrive();
    await again.redeem(await again.through('google', sub));
    expect(await deliver(app, 'google', notice)).toBe(202);
    const [{ n } = { n: 0 }] = (
      await social
        .database()
        .query<{ n: number }>('SELECT count(*)::int AS n FROM auth_session WHERE user_id = $1 AND revoked_at IS NULL', [
          userId,
        ])
    ).rows;
    expect(n).toBe(1);
  });

  it.each(['google', 'apple'] as const)('check 34: %s about somebody who is nobody here', async (provider) => {
    const app = await social.newAppWithProviders();
    const { userId } = await member(app, provider);
    const type = provider === 'google' ? 'sessions-revoked' : 'consent-revoked';
    expect(await deliver(app, provider, await signed(provider, { type, sub: 'nobody' }))).toBe(202);
    expect(await stateOf(app, userId)).toEqual(BEFORE);
  });

  it.each(
    (['google', 'apple'] as const).flatMap((provider) =>
      ['wrong-signature', 'unknown-key', 'alg-none', 'wrong-audience'].map((twist) => [provider, twist] as const),
    ),
  )('check 34: %s with %s is refused and does nothing', async (provider, twist) => {
    const app = await social.newAppWithProviders();
    const { sub, userId } = await member(app, provider);
    const type = provider === 'google' ? 'sessions-revoked' : 'account-deleted';
    expect(await deliver(app, provider, await signed(provider, { type, sub, twists: [twist] }))).toBe(400);
    expect(await stateOf(app, userId)).toEqual(BEFORE);
  });

  it('check 34: of another app, of another provider, or no notice at all', async () => {
    const [app, bare] = [await social.newAppWithProviders(), await social.newApp()];
    const { sub, userId } = await member(app, 'google');
    const notice = await signed('google', { type: 'sessions-revoked', sub });
    expect(await deliver(bare, 'google', notice)).toBe(400);
    expect(await deliver({ ...app, publicId: 'app_none' }, 'google', notice)).toBe(400);
    expect(await deliver(app, 'apple', notice)).toBe(400);
    expect(await deliver(app, 'apple', { body: JSON.stringify({ payload: notice.body.toString() }) })).toBe(400);
    for (const body of ['', '{}', '{"payload":1}', 'a.b.c', 'null']) {
      expect(await deliver(app, 'google', { body })).toBe(400);
      expect(await deliver(app, 'apple', { body })).toBe(400);
    }
    expect(await deliver(app, 'google', { body: 'x'.repeat(20_000) })).toBe(413);
    const idToken = (await control<{ idToken: string }>('POST', 'google/native', { sub })).idToken;
    expect(await deliver(app, 'google', { body: idToken })).toBe(400);
    expect(await stateOf(app, userId)).toEqual(BEFORE);
  });

  it('takes a verification, which is about nobody', async () => {
    const app = await social.newAppWithProviders();
    expect(await deliver(app, 'google', await signed('google', { type: 'verification', reason: 'state' }))).toBe(202);
  });

  it('finds the account again of whoever withdrew and comes back, and opens a suspended one when it is enabled', async () => {
    const app = await social.newAppWithProviders();
    const { sub, userId } = await member(app, 'apple');
    await deliver(app, 'apple', await signed('apple', { type: 'consent-revoked', sub }));
    const back = await social.visitor(app).arrive();
    expect(await back.redeem(await back.through('apple', sub))).toBe(userId);
    expect((await social.events(app, 'auth.identity_linked')).at(-1)).toMatchObject({ how: 'returned' });

    const google = await member(app, 'google');
    await deliver(app, 'google', await signed('google', { type: 'account-disabled', sub: google.sub }));
    const shut = await social.visitor(app).arrive();
    expect(await shut.through('google', google.sub)).toMatchObject({ page: { page: 'no-account' } });
    await deliver(app, 'google', await signed('google', { type: 'account-enabled', sub: google.sub }));
    const open = await social.visitor(app).arrive();
    expect(await open.redeem(await open.through('google', google.sub))).toBe(google.userId);
  });
});
