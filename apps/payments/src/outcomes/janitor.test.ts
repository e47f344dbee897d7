import { beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { Janitor } from './janitor.js';
import { outcomeQueries } from './outcome.queries.js';
import type { Outcomes, Taken } from './outcomes.js';

const INSERT = {
  payment: `
    INSERT INTO payment_operation (id, app_id, order_id, payment_id, gateway, kind, key, request, state, asked, settle_at)
    VALUES ($1::uuid, $2, $1::text, $1::uuid, $3, 'refund', $1::text, '{}', 'unknown', $4, now() + $5 * interval '1 s')`,
  subscription: `
    INSERT INTO subscription_operation (id, app_id, gateway, kind, about, key, request_hash, request, state, asked, settle_at)
    VALUES ($1::uuid, $2, $3, 'resume', $1::text, $1::text, '\\x00', '{}', 'unknown', $4, now() + $5 * interval '1 s')`,
};

describe.each(['payment', 'subscription'] as const)('the outcomes of %s operations', (name) => {
  const postgres = usePostgres();
  const [app, other] = [newUuid(), newUuid()];
  const table = `${name}_operation` as const;
  const kept: string[] = [];
  let answered: 'not_happened' | 'later';
  let janitor: Janitor;

  beforeAll(() => {
    const outcomes: Outcomes<Taken, never> = {
      name,
      what: 'calls',
      queries: outcomeQueries(table, 'id, app_id AS "appId", gateway, kind'),
      purge: 'SELECT $1::int',
      ask: () => Promise.resolve(answered === 'later' ? { kind: 'later', reason: 'away' } : { kind: 'not_happened' }),
      keep({ id }, outcome) {
        kept.push(`${outcome.kind} ${id}`);
        return postgres.database().query(`DELETE FROM ${table} WHERE id = $1`, [id]);
      },
    };
    const [logger, metrics] = [createLogger('payments', 'silent'), createMetrics('test')];
    janitor = new Janitor(outcomes, { database: postgres.database(), logger, metrics });
  });

  /** An operation that is asked for in some seconds. */
  async function make(seconds: number, { appId = app, gateway = 'stripe', asked = 3 } = {}): Promise<Uuid> {
    const id = newUuid();
    await postgres.database().query(INSERT[name], [id, appId, gateway, asked, seconds]);
    return id;
  }
  const waits = async (id: Uuid): Promise<number> => {
    const seconds = `SELECT extract(epoch FROM settle_at - now())::float8 AS s FROM ${table} WHERE id = $1`;
    return (await postgres.database().query<{ s: number }>(seconds, [id])).rows[0]!.s;
  };

  it('are asked for again later while the gateway does not say them', async () => {
    answered = 'later';
    const due = await make(-60);
    await janitor.settleDue();
    expect(kept).toEqual([]);
    expect(await waits(due)).toBeGreaterThan(-30);
  });

  it('are asked for soon, once it has said one: those of the same app there', async () => {
    answered = 'not_happened';
    const [due, late] = [await make(-1), await make(300)];
    const [elsewhere, others] = [await make(300, { gateway: 'braintree' }), await make(300, { appId: other })];
    await janitor.settleDue();
    expect(kept).toContain(`not_done ${due}`);
    expect(await waits(late)).toBeLessThan(2);
    expect(await waits(elsewhere)).toBeGreaterThan(200);
    expect(await waits(others)).toBeGreaterThan(200);
  });
});
