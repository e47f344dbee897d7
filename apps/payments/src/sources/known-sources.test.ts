import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatId, newUuid, parseId, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey, SealBroken } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { usePostgres } from '@signalbox/testing';
import { KnownSources } from './known-sources.js';
import { sealSecret } from './sealed-secret.js';

const envelopeOf = (key: Buffer) => new Envelope(loadMasterKey({ key: key.toString('base64') }));
const envelope = envelopeOf(randomBytes(32));
const times = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('the sources that the edge knows', () => {
  const postgres = usePostgres();
  let now: number;
  let statements: number;
  let known: KnownSources;
  beforeEach(() => {
    now = 1_000_000;
    statements = 0;
    const counting: Database = {
      ...postgres.database(),
      query: (text, params) => {
        statements += 1;
        return postgres.database().query(text, params);
      },
    };
    known = new KnownSources(counting, envelope, () => now);
  });

  /** @returns its public id. */
  async function makeSource(sealedBy = envelope): Promise<string> {
    const [id, appId] = [newUuid(), newUuid()];
    const sql = postgres.database();
    await sql.query(
      `INSERT INTO stripe_source (id, app_id, name, scope, livemode, shape) VALUES ($1, $2, 'x', 'account', false, 'snapshot')`,
      [id, appId],
    );
    await addSecret(id, appId, sealedBy);
    return formatId('stripeSource', id);
  }
  async function addSecret(source: Uuid, appId: Uuid, sealedBy = envelope): Promise<void> {
    const { sealed, hint } = sealSecret(sealedBy, appId, `whsec_${newUuid()}`);
    await postgres
      .database()
      .query(`INSERT INTO stripe_secret (id, source_id, sealed, hint) VALUES ($1, $2, $3, $4)`, [
        newUuid(),
        source,
        sealed,
        hint,
      ]);
  }
  const secretsOf = async (id: string) => (await known.find(id))?.secrets.length;

  it('are recalled without a question for as long as they are believed, and not before they were read', async () => {
    const id = await makeSource();
    const found = known.find(id);
    expect(known.recall(id)).toBeUndefined();
    expect(known.recall(formatId('stripeSource', newUuid()))).toBeUndefined();
    const source = await found;
    now += 2_999;
    expect(known.recall(id)).toBe(source);
    known.forget(parseId('stripeSource', id)!);
    expect(known.recall(id)).toBeUndefined();
    await known.find(id);
    now += 3_000;
    expect(known.recall(id)).toBeUndefined();
  });

  it('cost one statement for as many webhooks as come at once, and none for a while', async () => {
    const id = await makeSource();
    await Promise.all(times(500).map(() => known.find(id)));
    now += 2_999;
    await known.find(id);
    expect(statements).toBe(1);
    now += 1;
    await Promise.all(times(500).map(() => known.find(id)));
    expect(statements).toBe(2);
  });

  it('are read again at once when a signature does not fit', async () => {
    const id = await makeSource();
    const { id: uuid, appId } = (await known.find(id))!;
    await addSecret(uuid, appId);
    expect((await known.findAgain(id))?.secrets).toHaveLength(2);
    expect(await secretsOf(id)).toBe(2);
  });

  it('are read no more than once a second, however many signatures do not fit', async () => {
    const id = await makeSource();
    for (let n = 0; n < 500; n += 1) await known.findAgain(id);
    expect(statements).toBeLessThanOrEqual(6);
    const before = statements;
    now += 1_000;
    for (let n = 0; n < 500; n += 1) await known.findAgain(id);
    expect(statements).toBe(before + 1);
  });

  it('are read again at once where this process changed them', async () => {
    const id = await makeSource();
    const { id: uuid, appId } = (await known.find(id))!;
    await addSecret(uuid, appId);
    known.forget(uuid);
    expect(await secretsOf(id)).toBe(2);
  });

  it('that there are not cost nothing after the first question, for half a minute', async () => {
    const id = formatId('stripeSource', newUuid());
    for (let n = 0; n < 100; n += 1) expect(await known.find(id)).toBeUndefined();
    expect(statements).toBe(1);
    now += 30_000;
    await known.find(id);
    expect(statements).toBe(2);
  });

  it('that there are not, by the thousand, cost a few statements, and push out none that there is', async () => {
    const id = await makeSource();
    await known.find(id);
    await Promise.all(times(2_000).map(() => known.find(formatId('stripeSource', newUuid()))));
    expect(statements).toBeLessThan(10);
    await known.find(id);
    expect(statements).toBeLessThan(10);
  });

  it('whose secret this process cannot open fail alone', async () => {
    const [mine, foreign] = [await makeSource(), await makeSource(envelopeOf(randomBytes(32)))];
    const [found, failed] = await Promise.allSettled([known.find(mine), known.find(foreign)]);
    expect(found).toMatchObject({ status: 'fulfilled', value: { publicId: mine } });
    expect(failed).toMatchObject({ status: 'rejected', reason: expect.any(SealBroken) });
    // And the failure is not kept.
    await postgres
      .database()
      .query('DELETE FROM stripe_secret WHERE source_id = $1', [parseId('stripeSource', foreign)]);
    expect(await secretsOf(foreign)).toBe(0);
  });
});
