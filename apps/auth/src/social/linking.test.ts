import { describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import type { ProvenIdentity } from './calls/proven-identity.js';
import { Linking, type Identified } from './linking.js';
import { type TestApp, useSocial } from './social.harness.js';

const social = useSocial();
const OPEN = { isOpen: true };

let subjects = 0;
function proven(more: Partial<ProvenIdentity> = {}): ProvenIdentity {
  subjects += 1;
  return {
    provider: 'google',
    issuer: 'https://accounts.google.com',
    subject: `subject-${subjects}`,
    clientId: 'web',
    email: `somebody${subjects}@example.com`,
    emailVerified: true,
    isPrivateEmail: false,
    ...more,
  };
}

function linking(): Linking {
  return new Linking(social.envelope(), async (tx, { userId, reason }) => {
    await tx.query('UPDATE auth_session SET revoked_at = now(), revoked_reason = $2 WHERE user_id = $1', [
      userId,
      reason,
    ]);
  });
}

const identify = (app: TestApp, identity: ProvenIdentity, registration = OPEN): Promise<Identified> =>
  social.database().transaction((tx) => linking().identify(tx, app.id, identity, registration));

const userOf = async (app: TestApp, id: Uuid) => (await social.users(app)).find((user) => user.id === id)!;

describe('check 14: who a proven identity is', () => {
  it('check 14: the key is issuer and subject, whatever becomes of the address', async () => {
    const app = await social.newApp();
    const identity = proven();
    const first = await identify(app, identity);
    expect(first).toMatchObject({ end: 'created' });
    const { userId } = first as { userId: Uuid };
    expect(await identify(app, { ...identity, email: 'another@example.com' })).toMatchObject({ end: 'known', userId });
    expect(await identify(app, { ...identity, email: undefined, emailVerified: false })).toMatchObject({
      end: 'known',
      userId,
    });
    const same = { ...identity, issuer: 'https://appleid.apple.com', email: undefined, emailVerified: false };
    expect(await identify(app, same)).toEqual({ end: 'needs_proof' });
    expect(await identify(await social.newApp(), identity)).toMatchObject({ end: 'created' });
  });

  it('check 14: an address that both sides have proven links', async () => {
    const app = await social.newApp();
    const userId = await social.newUser(app, { email: 'both@example.com', password: 'hash' });
    expect(await identify(app, proven({ email: 'Both@Example.com' }))).toMatchObject({ end: 'linked', userId });
    expect(await userOf(app, userId)).toMatchObject({ password_hash: 'hash', email: 'both@example.com' });
  });

  it('check 14: an address that the provider has not proven finds nothing, and says nothing of who has it', async () => {
    const app = await social.newApp();
    await social.newUser(app, { email: 'victim@example.com', password: 'hash' });
    const answers = [];
    for (const email of ['victim@example.com', 'nobody@example.com']) {
      answers.push(await identify(app, proven({ email, emailVerified: false })));
    }
    expect(answers).toEqual([{ end: 'needs_proof' }, { end: 'needs_proof' }]);
    expect(await social.identities(app)).toEqual([]);
  });

  it('check 14: pre-hijack, the attacker first: what they registered opens nothing, and is nothing of the victim’s', async () => {
    const app = await social.newApp();
    const attacker = await social.newUser(app, { email: 'victim@example.com', verified: false, password: 'hash' });
    const backDoor = proven({ email: undefined, emailVerified: false });
    await social.database().transaction((tx) => linking().prove(tx, app.id, attacker, backDoor));
    await social.database().query(
      `INSERT INTO auth_session (id, app_id, user_id, client_id, auth_time, acr, amr, expires_at, activated_at)
       VALUES (gen_random_uuid(), $1, $2, 'cli', now(), '1fa', '{pwd}', now() + interval '1 day', now())`,
      [app.id, attacker],
    );
    const victim = await identify(app, proven({ email: 'victim@example.com', name: 'The Victim' }));
    expect(victim).toMatchObject({ end: 'created' });
    const { userId } = victim as { userId: Uuid };
    expect(userId).not.toBe(attacker);
    expect(await userOf(app, userId)).toMatchObject({
      email: 'victim@example.com',
      email_verified_at: expect.any(Date),
      name: 'The Victim',
      password_hash: null,
    });
    expect(await userOf(app, attacker)).toMatchObject({ email: null, password_hash: null });
    const { rows } = await social
      .database()
      .query('SELECT 1 FROM auth_session WHERE user_id = $1 AND revoked_at IS NULL', [attacker]);
    expect(rows).toEqual([]);
    // What they linked leads to what they made, and to nothing of the victim's.
    expect(await identify(app, backDoor)).toMatchObject({ end: 'known', userId: attacker });
  });

  it('check 14: pre-hijack, the victim first: an unproven identity with their address is somebody else', async () => {
    const app = await social.newApp();
    const victim = await identify(app, proven({ email: 'victim@example.com' }));
    const attack = proven({
      provider: 'acme',
      issuer: 'https://acme.example',
      email: 'victim@example.com',
      emailVerified: false,
    });
    expect(await identify(app, attack)).toEqual({ end: 'needs_proof' });
    const created = await social.database().transaction((tx) => linking().create(tx, app.id, attack, OPEN));
    expect(created).toMatchObject({ end: 'created' });
    expect((created as { userId: Uuid }).userId).not.toBe((victim as { userId: Uuid }).userId);
    expect(await userOf(app, (created as { userId: Uuid }).userId)).toMatchObject({ email: null });
  });

  it("check 14: Apple's forwarding address neither finds an account nor becomes one's address", async () => {
    const app = await social.newApp();
    const relay = { email: 'abc@privaterelay.appleid.com', isPrivateEmail: true };
    await social.newUser(app, { email: relay.email, password: 'hash' });
    const identity = proven({ provider: 'apple', issuer: 'https://appleid.apple.com', ...relay });
    expect(await identify(app, identity)).toEqual({ end: 'needs_proof' });
    const created = await social.database().transaction((tx) => linking().create(tx, app.id, identity, OPEN));
    expect(await userOf(app, (created as { userId: Uuid }).userId)).toMatchObject({ email: null });
    expect(await identify(app, identity)).toMatchObject({ end: 'known' });
  });

  it('check 14: an identity is proven to one account, and is not taken over by another', async () => {
    const app = await social.newApp();
    const identity = proven();
    await identify(app, identity);
    const other = await social.newUser(app, { email: 'other@example.com' });
    const proof = social.database().transaction((tx) => linking().prove(tx, app.id, other, identity));
    expect(await proof).toBe('taken');
  });

  it('makes one account of parallel first sign-ins', async () => {
    const app = await social.newApp();
    const identity = proven();
    const ends = await Promise.all(Array.from({ length: 8 }, () => identify(app, identity)));
    expect(ends.map(({ end }) => end).sort()).toEqual(['created', ...Array.from({ length: 7 }, () => 'known')]);
    const other = [
      proven({ email: 'same@example.com' }),
      proven({ issuer: 'https://acme.example', email: 'same@example.com' }),
    ];
    const both = await Promise.all(other.map((each) => identify(app, each)));
    expect(both.map(({ end }) => end).sort()).toEqual(['created', 'linked']);
    expect(await social.users(app)).toHaveLength(2);
  });

  it('lets nobody in whose account is closed, here or over there', async () => {
    const app = await social.newApp();
    const identity = proven();
    const { userId, identityId } = (await identify(app, identity)) as { userId: Uuid; identityId: Uuid };
    await social.database().query('UPDATE identity SET suspended_at = now() WHERE id = $1', [identityId]);
    expect(await identify(app, identity)).toEqual({ end: 'refused' });
    await social
      .database()
      .query(`UPDATE identity SET suspended_at = now() - interval '2 hours' WHERE id = $1`, [identityId]);
    expect(await identify(app, identity)).toMatchObject({ end: 'known' });
    await social.database().query(`UPDATE auth_user SET status = 'disabled' WHERE id = $1`, [userId]);
    expect(await identify(app, identity)).toEqual({ end: 'refused' });
  });

  it('makes no account where registration is closed', async () => {
    const app = await social.newApp();
    const closed = { isOpen: false };
    expect(await identify(app, proven(), closed)).toEqual({ end: 'needs_proof' });
    const created = social.database().transaction((tx) => linking().create(tx, app.id, proven(), closed));
    expect(await created).toEqual({ end: 'needs_proof' });
    expect(await social.users(app)).toEqual([]);
  });
});

describe('check 14: in the browser', () => {
  const person = (provider: string, more: object) =>
    social.sandbox().control<{ sub: string }>('POST', `/v1/sign-in/${provider}/people`, more);

  it.each([
    ['apple', { email: 'cleo2@example.com', privateRelay: true }],
    ['google', { email: 'unproven@example.com', emailVerified: false }],
  ])(
    'check 14: whoever comes by %s with %j is asked whether they have an account, and gets one',
    async (name, more) => {
      const app = await social.newAppWithProviders();
      const { sub } = await person(name, more);
      const visitor = await social.visitor(app).arrive();
      const choice = await visitor.through(name, sub);
      expect(choice).toMatchObject({ at: 'page', status: 200, text: expect.stringContaining('<form') });
      expect(await social.users(app)).toEqual([]);
      const { action, token } = formIn(choice);
      const userId = await visitor.redeem(await visitor.send(action, { form_token: token, account: 'new' }));
      expect(await userOf(app, userId)).toMatchObject({ email: null });
      const again = await social.visitor(app).arrive();
      expect(await again.redeem(await again.through(name, sub))).toBe(userId);
    },
  );

  it('check 14: whoever has one signs in to it, and the two are linked by both proofs', async () => {
    const app = await social.newAppWithProviders();
    const account = await social.newAccount(app);
    const { userId } = account;
    const { sub } = await person('apple', { email: 'hidden@example.com', privateRelay: true });
    const visitor = await social.visitor(app).arrive();
    const { action, token } = formIn(await visitor.through('apple', sub));
    expect(await visitor.send(action, { form_token: token, account: 'mine' })).toMatchObject({
      page: { page: 'sign-in', trouble: 'needs_proof', with: 'apple' },
    });
    expect(await social.identities(app)).toEqual([]);
    expect(await visitor.redeem(await visitor.signInLocally(account))).toBe(userId);
    expect(await social.identities(app)).toEqual([expect.objectContaining({ user_id: userId, subject: sub })]);
    const again = await social.visitor(app).arrive();
    expect(await again.redeem(await again.through('apple', sub))).toBe(userId);
  });

  it('check 14: a form without its token makes no account', async () => {
    const app = await social.newAppWithProviders();
    const { sub } = await person('apple', { email: 'form@example.com', privateRelay: true });
    const visitor = await social.visitor(app).arrive();
    const { action } = formIn(await visitor.through('apple', sub));
    expect(await visitor.send(action, { form_token: 'made up', account: 'new' })).toMatchObject({ status: 200 });
    expect(await social.users(app)).toEqual([]);
  });
});

function formIn(arrival: unknown): { action: string; token: string } {
  const { text } = arrival as { text: string };
  const [, action = ''] = /action="([^"]+)"/.exec(text) ?? [];
  const [, token = ''] = /name="form_token" value="([^"]+)"/.exec(text) ?? [];
  return { action, token };
}
