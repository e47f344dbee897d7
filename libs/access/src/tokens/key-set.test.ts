import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { eventually, startTokenIssuer, type TestIssuer } from '@signalbox/testing';
import { useAccess } from '../access.harness.js';
import { fetchOurKeys } from './fetch-our-keys.js';
import { KeySet } from './key-set.js';

const GET = { method: 'GET', url: '/v1/things', dpop: undefined, address: '127.0.0.1' };
/** Milliseconds in which keys are believed at most, and in which a fetch that failed is not tried again. */
const [OLD, AGAIN] = [300_000, 5_000];
const REFUSED = { status: 401, code: 'invalid_token' };

describe('a key that leaked', () => {
  const under = useAccess();
  let idp: TestIssuer;
  beforeAll(async () => {
    idp = await startTokenIssuer();
  });
  afterAll(() => idp.close());

  /** What a service knows callers by, with a clock of its own, that waits for keys as long as it takes. */
  async function service() {
    let now = 0;
    const { authenticator } = await under.open({}, { keySets: { now: () => now, patience: 60_000 } });
    return {
      check: (token: string) => authenticator.verify(`Bearer ${token}`, GET),
      later: (milliseconds: number) => (now += milliseconds),
    };
  }
  const ofUser = () => under.issuer().userToken(under.app());
  const foreign = () => {
    const iat = Math.floor(Date.now() / 1_000);
    return idp.sign({ iss: idp.url, aud: 'urn:shop', sub: 'ann', iat, exp: iat + 3_600 }, { typ: 'JWT' });
  };

  it('opens nothing five minutes after it was replaced: neither by a token that was taken before, nor by one that comes first', async () => {
    const { check, later } = await service();
    const [taken, kept] = [await ofUser(), await ofUser()];
    expect(await check(taken)).toMatchObject({ kind: 'user' });
    await under.issuer().replaceKeys();
    later(OLD);
    // Only what is known comes: that makes the service look, too.
    await expect(check(taken)).rejects.toMatchObject(REFUSED);
    await expect(check(kept)).rejects.toMatchObject(REFUSED);
    expect(await check(await ofUser())).toMatchObject({ kind: 'user' });
  });

  it('opens nothing at a service that was idle, and not even once when many come at once', async () => {
    const { check, later } = await service();
    await check(await ofUser());
    const leaked = await Promise.all(Array.from({ length: 10 }, ofUser));
    await under.issuer().replaceKeys();
    later(10 * OLD);
    const before = under.issuer().fetches();
    const answers = await Promise.allSettled([...leaked, ...leaked].map(check));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 'rejected'));
    expect(under.issuer().fetches() - before).toBe(1);
  });

  it('of another issuer opens nothing five minutes after that issuer took it away', async () => {
    await under.database().query(
      `INSERT INTO token_issuer (id, app_id, issuer, audience, audience_claim, jwks_uri, algorithms, user_claim, scopes)
       VALUES ($1, $2, $3, 'urn:shop', 'aud', $4, '{ES256}', 'sub', '{}')`,
      [newUuid(), under.app(), idp.url, idp.jwksUrl],
    );
    const { check, later } = await service();
    const token = await foreign();
    expect(await check(token)).toMatchObject({ userId: 'ann' });
    await idp.replaceKeys();
    later(OLD);
    await expect(check(token)).rejects.toMatchObject(REFUSED);
    expect(await check(await foreign())).toMatchObject({ userId: 'ann' });
  });

  it('is found out as soon as the keys can be looked at again, and until then nobody is turned away', async () => {
    const { check, later } = await service();
    const token = await ofUser();
    await check(token);
    await under.issuer().replaceKeys();
    under.issuer().away(true);
    later(OLD);
    expect(await check(token)).toMatchObject({ kind: 'user' });
    under.issuer().away(false);
    later(AGAIN);
    await eventually(() => expect(check(token)).rejects.toMatchObject(REFUSED));
  });

  it('that is published still, beside the next one, goes on: what was verified is not verified again', async () => {
    let now = 0;
    const keys = new KeySet(() => fetchOurKeys(under.issuer().jwksUrl), { now: () => now });
    await keys.refresh();
    const { generation } = keys;
    await under.issuer().rotate();
    now += OLD;
    await keys.refresh();
    expect(keys.generation).toBe(generation);
    await under.issuer().replaceKeys();
    now += OLD;
    await keys.refresh();
    expect(keys.generation).not.toBe(generation);
  });
});

describe('keys that do not come', () => {
  it('are waited for a moment, by the first, and by nobody else until they come', async () => {
    let now = 0;
    const asked: PromiseWithResolvers<{ keys: [] }>[] = [];
    const fetchKeys = () => {
      asked.push(Promise.withResolvers());
      return asked.at(-1)!.promise;
    };
    const keys = new KeySet(fetchKeys, { now: () => now, patience: 20 });
    const first = keys.refresh();
    asked[0]!.resolve({ keys: [] });
    await first;
    now = OLD;
    // Each of them resolves though no answer ever comes.
    await keys.refresh();
    now += 20;
    await Promise.all(Array.from({ length: 100 }, () => keys.refresh()));
    expect(asked).toHaveLength(2);
    asked[1]!.reject(new Error('too late'));
    await asked[1]!.promise.catch(() => undefined);
    now += AGAIN;
    const ticks = { gone: false };
    setImmediate(() => (ticks.gone = true));
    await keys.refresh();
    expect([asked.length, ticks.gone]).toEqual([3, false]);
  });
});
