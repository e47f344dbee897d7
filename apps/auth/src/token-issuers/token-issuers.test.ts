import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseId } from '@signalbox/contracts';
import { eventually } from '@signalbox/testing';
import { ISSUER, OPERATOR, useAuthApi } from '../auth-api.harness.js';

describe('issuers that an app trusts', () => {
  const auth = useAuthApi();
  const { call, newApp, newKey } = auth;
  const mayAdd = { scopes: ['credentials:write'] };
  const wanted = (over: object = {}) => ({
    issuer: `${auth.idp().url}/${randomBytes(4).toString('hex')}`,
    audience: `urn:${randomBytes(4).toString('hex')}`,
    jwksUri: auth.idp().jwksUrl,
    algorithms: ['ES256'],
    ...over,
  });

  it('are added and taken away by the operator, or a key with credentials:write for its own app', async () => {
    const [app, other] = [await newApp(), await newApp()];
    const { key } = await newKey(app, { scopes: ['credentials:write'] });
    const weak = await newKey(app, { scopes: ['events:read'] });
    const path = `/v1/apps/${app}/token-issuers`;
    const added = await call('POST', path, key, wanted());
    expect([added.status, added.body]).toMatchObject([
      201,
      { id: expect.stringMatching(/^tki_/), userClaim: 'sub', audienceClaim: 'aud', algorithms: ['ES256'] },
    ]);
    expect((await call('GET', path, OPERATOR)).body.items).toEqual([added.body]);
    expect((await call('POST', path, weak.key, wanted())).status).toBe(403);
    for (const method of ['GET', 'POST'] as const) {
      const answer = await call(
        method,
        `/v1/apps/${other}/token-issuers`,
        key,
        method === 'POST' ? wanted() : undefined,
      );
      expect(answer.status).toBe(404);
    }
    expect((await call('DELETE', `/v1/apps/${other}/token-issuers/${added.body.id}`, OPERATOR)).status).toBe(404);
    expect((await call('DELETE', `${path}/${added.body.id}`, key)).status).toBe(204);
    expect((await call('DELETE', `${path}/${added.body.id}`, key)).status).toBe(404);
  });

  it('lead to one app for an audience', async () => {
    const [app, other] = [await newApp(), await newApp()];
    const same = wanted();
    expect((await call('POST', `/v1/apps/${app}/token-issuers`, OPERATOR, same)).status).toBe(201);
    const taken = await call('POST', `/v1/apps/${other}/token-issuers`, OPERATOR, same);
    expect([taken.status, taken.body.code]).toEqual([409, 'issuer_taken']);
  });

  describe('check 10: that another app has', () => {
    /** An app that trusts an issuer, and a neighbour with a key. */
    const neighbours = async () => {
      const [app, other] = [await newApp(), await newApp()];
      const [mine, theirs] = [wanted(), (await newKey(other, mayAdd)).key];
      const added = await call('POST', pathOf(app), (await newKey(app, mayAdd)).key, mine);
      expect(added.status).toBe(201);
      return { app, other, mine, theirs, id: added.body.id as string };
    };
    const pathOf = (app: string) => `/v1/apps/${app}/token-issuers`;

    it.each([
      ['with the same audience', {}],
      ['with another audience', { audience: 'urn:other' }],
      ['with a claim that every token of it has', { audience: 'account', audienceClaim: 'azp' }],
      ['with keys of its own', { audience: 'urn:other', jwksUri: 'http://127.0.0.1:4567/jwks' }],
    ])('are refused to a key, %s, and the other app is not named', async (_what, over) => {
      const { app, other, mine, theirs, id } = await neighbours();
      const { status, body } = await call('POST', pathOf(other), theirs, { ...mine, ...over });
      expect([status, body.code]).toEqual([409, 'issuer_taken']);
      expect(body.errors).toEqual([{ pointer: '/issuer', reason: expect.stringContaining('ask the operator') }]);
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${app.slice(4)}|${id.slice(4)}`));
      expect((await call('GET', pathOf(other), OPERATOR)).body.items).toEqual([]);
    });

    it('are given to a second app by the operator, with an audience of its own, and lead nobody astray', async () => {
      const { app, other, mine, id } = await neighbours();
      const same = await call('POST', pathOf(other), OPERATOR, mine);
      expect([same.status, same.body.errors]).toEqual([
        409,
        [{ pointer: '/audience', reason: expect.stringContaining(`DELETE ${pathOf(app)}/${id} first`) }],
      ]);
      expect((await call('POST', pathOf(other), OPERATOR, { ...mine, audience: 'urn:other' })).status).toBe(201);
      // Whoever shares it has it: a third app is refused also when the first has left.
      expect((await call('DELETE', `${pathOf(app)}/${id}`, OPERATOR)).status).toBe(204);
      const third = await newApp();
      const { key } = await newKey(third, mayAdd);
      expect((await call('POST', pathOf(third), key, { ...mine, audience: 'urn:third' })).status).toBe(409);
    });

    it('may be had for several audiences by the app that has them, and each of them once', async () => {
      const { app, mine, id } = await neighbours();
      const { key } = await newKey(app, mayAdd);
      expect((await call('POST', pathOf(app), key, { ...mine, audience: 'urn:phone' })).status).toBe(201);
      const again = await call('POST', pathOf(app), key, mine);
      expect([again.status, again.body.errors]).toEqual([
        409,
        [{ pointer: '/audience', reason: expect.stringContaining(id) }],
      ]);
    });

    it('are had by one of two apps that come at the same moment', async () => {
      const { app, other, theirs } = await neighbours();
      const { issuer, jwksUri } = wanted();
      const first = auth.database().transaction(async (tx) => {
        await tx.query(
          `INSERT INTO token_issuer (id, app_id, issuer, audience, audience_claim, jwks_uri, algorithms, user_claim, scopes, holds_issuer)
           VALUES (gen_random_uuid(), $1, $2, 'urn:first', 'aud', $3, '{ES256}', 'sub', '{payments:read-own}', true)`,
          [parseId('app', app), issuer, jwksUri],
        );
        const second = call('POST', pathOf(other), theirs, { issuer, jwksUri, audience: 'urn:second' });
        await eventually(async () => {
          const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
          const { rows } = await auth.database().query(waiting);
          expect(rows).toHaveLength(1);
        });
        return { second };
      });
      const { status, body } = await (await first).second;
      expect([status, body.errors?.[0].pointer]).toEqual([409, '/issuer']);
    });
  });

  it.each([
    ['our own issuer', { issuer: ISSUER }, '/issuer'],
    ['no URL', { issuer: 'auth0' }, '/issuer'],
    ['a shared secret', { algorithms: ['HS256'] }, '/algorithms/0'],
    ['no algorithm', { algorithms: [] }, '/algorithms'],
    ['none as algorithm', { algorithms: ['none'] }, '/algorithms/0'],
    ['a scope of keys', { scopes: ['payments:write'] }, '/scopes/0'],
    ['a scope of accounts', { scopes: ['account:manage'] }, '/scopes/0'],
    ['keys at the metadata service', { jwksUri: 'http://169.254.169.254/' }, '/jwksUri'],
    ['keys in a file', { jwksUri: 'file:///etc/passwd' }, '/jwksUri'],
  ])('check 27: are never %s', async (_what, over, pointer) => {
    const answer = await call('POST', `/v1/apps/${await newApp()}/token-issuers`, OPERATOR, wanted(over));
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, pointer]);
  });

  it('check 27: have no keys on this machine for a live app', async () => {
    const answer = await call('POST', `/v1/apps/${await newApp('live')}/token-issuers`, OPERATOR, wanted());
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/jwksUri']);
  });
});
