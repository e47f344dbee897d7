import { describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { Sessions } from '../../sessions/sessions.js';
import { type TestApp, useSocial } from '../social.harness.js';

const social = useSocial();
const control = <Answer>(method: string, path: string, body?: unknown) =>
  social.sandbox().control<Answer>(method, `/v1/sign-in/${path}`, body);

let people = 0;
async function member(app: TestApp, provider: string): Promise<{ sub: string; userId: Uuid; token: string }> {
  people += 1;
  const { sub } = await control<{ sub: string }>('POST', `${provider}/people`, { email: `owner${people}@example.com` });
  const visitor = await social.visitor(app).arrive();
  const userId = await visitor.redeem(await visitor.through(provider, sub));
  return { sub, userId, token: social.tokenOf(app, userId) };
}

const grantsAt = async (provider: string, sub: string) =>
  (await control<{ grants: { sub: string }[] }>('GET', `${provider}/grants`)).grants.filter(
    (grant) => grant.sub === sub,
  );

async function linkBody(app: TestApp, provider: string, sub: string) {
  const { body } = await social.call('POST', '/v1/sign-in/native/nonce', { provider }, app.publishableKey);
  const { idToken } = await control<{ idToken: string }>('POST', `${provider}/native`, { sub, nonce: body.nonce });
  return { provider, nonce: body.nonce as string, idToken };
}

describe('my identities', () => {
  it('are listed without what only we need', async () => {
    const app = await social.newAppWithProviders();
    const { token } = await member(app, 'google');
    const { status, body } = await social.call('GET', '/v1/me/identities', undefined, token);
    expect([status, body]).toEqual([
      200,
      {
        items: [
          {
            id: expect.stringMatching(/^idn_/),
            provider: 'google',
            issuer: `${social.standIns()}/google`,
            email: `owner${people}@example.com`,
            isPrivateEmail: false,
            suspended: false,
            linkedAt: expect.any(String),
            lastUsedAt: expect.any(String),
          },
        ],
        wished: [],
      },
    ]);
  });

  it('are out of reach of another issuer, even if that calls its user what we call one of ours', async () => {
    const app = await social.newAppWithProviders();
    const { token } = await member(app, 'google');
    const { sub } = await control<{ sub: string }>('POST', 'acme/people', { email: `thief${people}@example.com` });
    const foreign = `${token}.foreign`;
    for (const refused of [
      await social.call('GET', '/v1/me/identities', undefined, foreign),
      await social.call('POST', '/v1/me/identities', await linkBody(app, 'acme', sub), foreign),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([403, 'foreign_user']);
    }
  });

  it('can be added by a phone that proves another one, once, and not when it is somebody else’s', async () => {
    const app = await social.newAppWithProviders();
    const { token } = await member(app, 'google');
    const other = await member(app, 'acme');
    const { sub } = await control<{ sub: string }>('POST', 'acme/people', { email: 'second@example.com' });
    const body = await linkBody(app, 'acme', sub);
    const linked = await social.call('POST', '/v1/me/identities', body, token);
    expect(linked.body.items.map((each: { provider: string }) => each.provider)).toEqual(['google', 'acme']);
    expect((await social.call('POST', '/v1/me/identities', body, token)).body.code).toBe('identity_not_proven');
    const taken = await social.call('POST', '/v1/me/identities', await linkBody(app, 'acme', other.sub), token);
    expect([taken.status, taken.body.code]).toEqual([409, 'identity_taken']);
    const wrong = await social.call('POST', '/v1/me/identities', { ...body, code: 'both' }, token);
    expect(wrong.status).toBe(422);
  });

  it('can be taken away, but never the last way in', async () => {
    const app = await social.newAppWithProviders();
    const { sub, userId, token } = await member(app, 'google');
    const [{ id } = { id: '' }] = (await social.call('GET', '/v1/me/identities', undefined, token)).body.items;
    const last = await social.call('DELETE', `/v1/me/identities/${id}`, undefined, token);
    expect([last.status, last.body.code]).toEqual([409, 'last_way_in']);
    expect(await social.identities(app)).toHaveLength(1);
    await social.database().query(`UPDATE auth_user SET password_hash = 'hash' WHERE id = $1`, [userId]);
    expect((await social.call('DELETE', `/v1/me/identities/${id}`, undefined, token)).status).toBe(204);
    expect(await social.identities(app)).toEqual([]);
    expect(await social.events(app, 'auth.identity_unlinked')).toEqual([
      expect.objectContaining({ reason: 'unlinked' }),
    ]);
    await eventually(async () => expect(await grantsAt('google', sub)).toEqual([]));
  });

  it.each([
    ['whose provider was removed', `DELETE FROM sign_in_provider WHERE app_id = $1 AND name = 'acme'`],
    ['that is suspended', `UPDATE identity SET suspended_at = now() WHERE app_id = $1 AND provider = 'acme'`],
  ])('stay where the only other one is one %s', async (_, change) => {
    const app = await social.newAppWithProviders();
    const { token } = await member(app, 'google');
    const { sub } = await control<{ sub: string }>('POST', 'acme/people', { email: `only${people}@example.com` });
    await social.call('POST', '/v1/me/identities', await linkBody(app, 'acme', sub), token);
    const { items } = (await social.call('GET', '/v1/me/identities', undefined, token)).body;
    await social.database().query(change, [app.id]);
    const { id } = items.find(({ provider }: { provider: string }) => provider === 'google');
    const last = await social.call('DELETE', `/v1/me/identities/${id}`, undefined, token);
    expect([last.status, last.body.code]).toEqual([409, 'last_way_in']);
  });

  it('of two that are taken away at once, one stays', async () => {
    const app = await social.newAppWithProviders();
    const { token } = await member(app, 'google');
    const { sub } = await control<{ sub: string }>('POST', 'acme/people', { email: 'twin@example.com' });
    await social.call('POST', '/v1/me/identities', await linkBody(app, 'acme', sub), token);
    const { items } = (await social.call('GET', '/v1/me/identities', undefined, token)).body;
    const ends = await Promise.all(
      items.map(({ id }: { id: string }) => social.call('DELETE', `/v1/me/identities/${id}`, undefined, token)),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('stay what they are when the session ends that asks for a change', async () => {
    const app = await social.newAppWithProviders();
    const { userId, token } = await member(app, 'google');
    await social.database().query(`UPDATE auth_user SET password_hash = 'hash' WHERE id = $1`, [userId]);
    const { rows } = await social
      .database()
      .query<{ id: Uuid }>('SELECT id FROM auth_session WHERE user_id = $1', [userId]);
    const asking = `${token}.${formatId('session', rows[0]!.id)}`;
    const [{ id } = { id: '' }] = (await social.call('GET', '/v1/me/identities', undefined, token)).body.items;
    const { sub } = await control<{ sub: string }>('POST', 'acme/people', { email: 'ended@example.com' });
    const body = await linkBody(app, 'acme', sub);
    const sessions = new Sessions(social.database());
    await social.database().transaction((tx) => sessions.revokeAll(tx, { appId: app.id, userId, reason: 'revoked' }));
    for (const refused of [
      await social.call('POST', '/v1/me/identities', body, asking),
      await social.call('DELETE', `/v1/me/identities/${id}`, undefined, asking),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
    }
    expect((await social.identities(app)).map(({ provider }) => provider)).toEqual(['google']);
  });

  it('are nobody else’s: neither another user’s nor another app’s', async () => {
    const [app, other] = [await social.newAppWithProviders(), await social.newAppWithProviders()];
    const mine = await member(app, 'google');
    const [{ id } = { id: '' }] = (await social.call('GET', '/v1/me/identities', undefined, mine.token)).body.items;
    for (const stranger of [await member(app, 'google'), await member(other, 'google')]) {
      expect((await social.call('DELETE', `/v1/me/identities/${id}`, undefined, stranger.token)).status).toBe(404);
    }
    expect((await social.call('DELETE', '/v1/me/identities/idn_none', undefined, mine.token)).status).toBe(404);
    expect(await social.identities(app)).toHaveLength(2);
  });
});

describe('revoking at the provider', () => {
  it.each(['google', 'apple'])('takes back at %s what it let us do, and may be asked again', async (provider) => {
    const app = await social.newAppWithProviders();
    const { sub, userId } = await member(app, provider);
    expect(await grantsAt(provider, sub)).not.toEqual([]);
    expect(await social.side().revocation.revokeAtProvider(userId)).toEqual({ end: 'done', told: 1 });
    expect(await grantsAt(provider, sub)).toEqual([]);
    expect((await social.identities(app))[0]!.refresh_token).toBeNull();
    expect(await social.side().revocation.revokeAtProvider(userId)).toEqual({ end: 'done', told: 0 });
  });

  it('takes it for done when the token was taken back before', async () => {
    const app = await social.newAppWithProviders();
    const { sub, userId } = await member(app, 'google');
    const kept = (await social.identities(app))[0]!.refresh_token;
    await social.side().revocation.revokeAtProvider(userId);
    await social.database().query('UPDATE identity SET refresh_token = $2 WHERE user_id = $1', [userId, kept]);
    expect(await social.side().revocation.revokeAtProvider(userId)).toEqual({ end: 'done', told: 1 });
    expect(await grantsAt('google', sub)).toEqual([]);
  });

  it('keeps what a provider in trouble did not take back, for the next try', async () => {
    const app = await social.newAppWithProviders();
    const { userId } = await member(app, 'apple');
    await control('PUT', 'apple/behaviour', { faults: [{ route: 'revoke', status: 503, times: 1 }] });
    expect(await social.side().revocation.revokeAtProvider(userId)).toEqual({ end: 'failed', told: 0 });
    expect((await social.identities(app))[0]!.refresh_token).not.toBeNull();
    expect(await social.side().revocation.revokeAtProvider(userId)).toEqual({ end: 'done', told: 1 });
    await control('DELETE', 'apple/behaviour');
  });

  it('belongs to the deletion of a user: first the providers are told, then nothing is left here', async () => {
    const app = await social.newAppWithProviders();
    const { sub, userId } = await member(app, 'apple');
    const [identities, wishes] = social.side().holdings();
    const request = {
      requestId: newUuid(),
      requestedAt: new Date(),
      appId: app.id,
      pseudonym: 'somebody',
      knownAs: [],
    };
    const person = { ...request, userId: formatId('user', userId) };
    await control('PUT', 'apple/behaviour', { faults: [{ route: 'revoke', status: 503, times: 1 }] });
    expect(await identities!.tellOthers!(person)).toMatchObject({ end: 'later' });
    expect(await identities!.tellOthers!(person)).toEqual({ end: 'done', counts: { 'sign-in providers told': 1 } });
    await control('DELETE', 'apple/behaviour');
    expect(await grantsAt('apple', sub)).toEqual([]);
    const shown = await social.database().transaction((tx) => identities!.collect!(tx, person, undefined));
    expect(shown.records).toEqual([expect.objectContaining({ provider: 'apple', subject: sub })]);
    expect(JSON.stringify(shown)).not.toContain('refresh');
    const erased = await social.database().transaction((tx) => identities!.erase(tx, person, undefined));
    expect(erased).toEqual({ counts: { identities: 1 } });
    await social.database().transaction((tx) => wishes!.erase(tx, person, undefined));
    expect(await social.identities(app)).toEqual([]);
  });
});
