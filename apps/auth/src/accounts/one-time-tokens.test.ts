import { describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import fc from 'fast-check';
import { issueToken, readToken, type TokenPurpose, useToken, voidTokens } from './one-time-tokens.js';

const postgres = usePostgres();
const appId: Uuid = newUuid();
const EMAIL = { address: 'Ann@example.com', key: 'ann@example.com' };
const PURPOSES = ['verify_email', 'change_email', 'recover'] as const satisfies TokenPurpose[];
type Purpose = (typeof PURPOSES)[number];

const issue = (userId: Uuid, purpose: Purpose): Promise<string> =>
  issueToken(postgres.database(), { appId, userId, purpose, email: EMAIL });
const use = (token: string, ...purposes: TokenPurpose[]) => useToken(postgres.database(), token, purposes);

/** Lets the time of all of a user's tokens pass. */
const expire = (userId: Uuid) =>
  postgres.database().query('UPDATE one_time_token SET expires_at = now() WHERE user_id = $1', [userId]);

describe('a one-time token', () => {
  it('is taken once, in its time, for its purpose, whatever happens around it', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('issue' as const), purpose: fc.constantFrom(...PURPOSES) }),
      fc.record({
        do: fc.constant('use' as const),
        which: fc.nat(5),
        as: fc.constantFrom(...PURPOSES),
        times: fc.integer({ min: 1, max: 4 }),
      }),
      fc.record({ do: fc.constant('void' as const), purpose: fc.constantFrom(...PURPOSES) }),
      fc.record({ do: fc.constant('expire' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const userId = newUuid();
        const made: { token: string; purpose: Purpose; state: 'good' | 'used' | 'expired' }[] = [];
        for (const what of steps) {
          switch (what.do) {
            case 'issue':
              made.push({ token: await issue(userId, what.purpose), purpose: what.purpose, state: 'good' });
              break;
            case 'void':
              await voidTokens(postgres.database(), userId, [what.purpose]);
              for (const each of made) if (each.purpose === what.purpose && each.state !== 'used') each.state = 'used';
              break;
            case 'expire':
              await expire(userId);
              for (const each of made) if (each.state === 'good') each.state = 'expired';
              break;
            case 'use': {
              const one = made[what.which];
              if (one === undefined) break;
              const results = await Promise.all(Array.from({ length: what.times }, () => use(one.token, what.as)));
              const taken = results.filter((result) => typeof result !== 'string');
              const isFit = one.state === 'good' && one.purpose === what.as;
              expect(taken).toHaveLength(isFit ? 1 : 0);
              if (isFit) one.state = 'used';
              else expect(results).toContain(one.purpose === what.as ? one.state : 'unknown');
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says whose it is and which address it proves', async () => {
    const userId = newUuid();
    expect(await use(await issue(userId, 'verify_email'), 'verify_email', 'recover')).toEqual({
      appId,
      userId,
      purpose: 'verify_email',
      emailKey: EMAIL.key,
      email: null,
      sessionId: null,
    });
    expect(await use(await issue(userId, 'change_email'), 'change_email')).toMatchObject({ email: EMAIL.address });
  });

  it('is only looked at by whoever looks', async () => {
    const token = await issue(newUuid(), 'recover');
    expect(await readToken(postgres.database(), token)).toMatchObject({ purpose: 'recover', state: 'good' });
    expect(await readToken(postgres.database(), token)).toMatchObject({ state: 'good' });
    expect(typeof (await use(token, 'recover'))).toBe('object');
    expect(await readToken(postgres.database(), token)).toMatchObject({ state: 'used' });
  });

  it('is taken again when the transaction that took it did not commit', async () => {
    const token = await issue(newUuid(), 'recover');
    const failed = postgres.database().transaction(async (tx) => {
      await useToken(tx, token, ['recover']);
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(typeof (await use(token, 'recover'))).toBe('object');
  });

  it.each(['', 'x', '\0', '🦊'.repeat(500)])('is unknown when it is %j', async (token) => {
    expect(await use(token, ...PURPOSES)).toBe('unknown');
    expect(await readToken(postgres.database(), token)).toBeUndefined();
  });
});
