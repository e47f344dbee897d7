import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { openDatabase, type Sql } from '@signalbox/database';
import { usePostgres } from '@signalbox/testing';
import { ProviderTokens } from './provider-tokens.js';
import { type Clocks, SharedProviderToken } from './shared-provider-token.js';
import { type SigningKey, tokenIdOf } from './sign-provider-token.js';

const MINUTE = 60_000;
const postgres = usePostgres();

function newKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: pem };
}
const newEnvelope = () => new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64') }));

describe('the shared provider token', () => {
  let key: SigningKey;
  let envelope: Envelope;
  let clock: { monotonic: number; wall: number };
  beforeEach(() => {
    key = newKey();
    envelope = newEnvelope();
    clock = { monotonic: 0, wall: Date.now() };
  });

  /** The token as one more process sees it. */
  function inProcess({ sql = postgres.database(), sealing = envelope }: { sql?: Sql; sealing?: Envelope } = {}) {
    const clocks: Clocks = { monotonic: () => clock.monotonic, wall: () => clock.wall };
    return new SharedProviderToken(tokenIdOf(key), key, sql, sealing, clocks);
  }

  /** Time passes, for the database and for the processes. */
  async function pass(ms: number): Promise<void> {
    clock = { monotonic: clock.monotonic + ms, wall: clock.wall + ms };
    await age(ms);
  }

  async function age(ms: number): Promise<void> {
    await postgres
      .database()
      .query(`UPDATE apns_provider_token SET signed_at = signed_at - $2 * interval '1 ms' WHERE id = $1`, [
        tokenIdOf(key),
        ms,
      ]);
  }

  const issuedAt = (jwt: string): number =>
    (JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()) as { iat: number }).iat * 1000;

  it('is signed once, whoever asks first, and says the time of the database', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, async () => inProcess().current()));
    expect(new Set(tokens.map(({ jwt }) => jwt)).size).toBe(1);
    const { rows } = await postgres.database().query<{ now: Date }>('SELECT now() AS now');
    expect(Math.abs(issuedAt(tokens[0]!.jwt) - rows[0]!.now.getTime())).toBeLessThan(2_000);
    expect((await inProcess().current()).jwt).toBe(tokens[0]!.jwt);
  });

  it('is known without a question to the database until it is 50 minutes old', async () => {
    const token = inProcess();
    const { jwt } = await token.current();
    await pass(50 * MINUTE - 2_000);
    expect(token.current()).toEqual({ jwt, ageMs: expect.any(Number) });
  });

  it('is renewed once at 50 minutes for all processes', async () => {
    const processes = [inProcess(), inProcess(), inProcess()];
    const [before] = await Promise.all(processes.map(async (each) => each.current()));
    await pass(50 * MINUTE);
    const after = await Promise.all(processes.map(async (each) => each.current()));
    expect(new Set(after.map(({ jwt }) => jwt)).size).toBe(1);
    expect(after[0]!.jwt).not.toBe(before!.jwt);
    expect(after[0]!.ageMs).toBeLessThan(MINUTE);
  });

  it('is not signed anew by a process that starts while it is younger than 50 minutes', async () => {
    const { jwt } = await inProcess().current();
    await pass(49 * MINUTE);
    const later = await inProcess().current();
    expect(later.jwt).toBe(jwt);
    expect(later.ageMs).toBeGreaterThanOrEqual(49 * MINUTE);
  });

  it('is never replaced before 20 minutes, whatever a process believes', async () => {
    const { jwt } = await inProcess().current();
    const confused = inProcess();
    await confused.current();
    clock.monotonic += 51 * MINUTE;
    expect((await confused.current()).jwt).toBe(jwt);
    // One that cannot read it may replace it, but not sooner either.
    const stranger = inProcess({ sealing: newEnvelope() });
    await age(19 * MINUTE);
    await expect(stranger.current()).rejects.toMatchObject({ code: 'TOKEN_SEALED_ELSEWHERE' });
    await age(2 * MINUTE);
    expect((await stranger.current()).jwt).not.toBe(jwt);
  });

  it('goes out up to 55 minutes while it cannot be renewed, and no longer', async () => {
    const database = openDatabase({ url: postgres.url(), name: 'lost', onIdleError: () => undefined });
    const token = inProcess({ sql: database });
    const { jwt } = await token.current();
    await database.close();
    await pass(54 * MINUTE);
    expect((await token.current()).jwt).toBe(jwt);
    await pass(MINUTE);
    await expect(token.current()).rejects.toMatchObject({ code: 'TOKEN_STORE_UNREACHABLE' });
  });

  it('is asked for again after this machine was suspended, and after its clock was set forward', async () => {
    const token = inProcess();
    const { jwt } = await token.current();
    await age(52 * MINUTE);
    clock.wall += 52 * MINUTE;
    expect((await token.current()).jwt).not.toBe(jwt);
  });

  it('is replaced when the clock of the database was set back, as it would come from the future', async () => {
    const { jwt } = await inProcess().current();
    await age(-30_000);
    expect((await inProcess().current()).jwt).toBe(jwt);
    await age(-MINUTE);
    expect((await inProcess().current()).jwt).not.toBe(jwt);
  });

  it('does not open in the row of another key', async () => {
    await inProcess().current();
    const mine = tokenIdOf(key);
    key = newKey();
    await inProcess().current();
    await postgres
      .database()
      .query(
        'UPDATE apns_provider_token SET sealed = (SELECT sealed FROM apns_provider_token WHERE id = $1) WHERE id = $2',
        [mine, tokenIdOf(key)],
      );
    await expect(inProcess().current()).rejects.toMatchObject({ code: 'TOKEN_SEALED_ELSEWHERE' });
  });
});

describe('the provider tokens of a process', () => {
  it('are one per key, also for another credential with that key', () => {
    const tokens = new ProviderTokens(postgres.database(), newEnvelope());
    const key = newKey();
    expect(tokens.of({ ...key })).toBe(tokens.of({ ...key }));
    expect(tokens.of(newKey())).not.toBe(tokens.of(key));
  });
});
