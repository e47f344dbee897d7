import { describe, expect, it } from '@jest/globals';
import { firstUuidAt, formatId, newUuid, type Uuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, usePostgres } from '@signalbox/testing';
import { type Invariant, watchInvariant } from './watch-invariant.js';

const MINUTE = 60_000;

describe('an invariant that is watched', () => {
  const postgres = usePostgres();

  /** A fact without the work that it should have come with. */
  async function acceptNowhere(ago: number): Promise<Uuid> {
    const id = firstUuidAt(Date.now() - ago);
    await postgres.database().query(
      `INSERT INTO event_log (id, app_id, type, subject, payload)
       VALUES ($1, $2, 'notification.accepted', $3, '{}')`,
      [id, newUuid(), formatId('notification', id)],
    );
    return id;
  }

  /** One look: what Prometheus hears of it, and what the log says. */
  async function look(invariant: Invariant): Promise<{ violations: number; log: string }> {
    const metrics = createMetrics('test');
    const lines: string[] = [];
    const logger = createLogger('test', 'debug', { write: (line) => lines.push(line) });
    const chore = watchInvariant(invariant, { database: postgres.database(), logger, metrics });
    const figure = async (name: string): Promise<number | undefined> =>
      (await metrics.registry.getSingleMetric(name)!.get()).values[0]?.value;
    chore.start();
    await eventually(async () => expect(await figure('invariant_window_seconds')).toBeGreaterThan(0));
    await chore.stop();
    return { violations: (await figure('invariant_violations'))!, log: lines.join('') };
  }

  it.each(['accepted-work', 'webhook-deliveries', 'ledger'] as const)(
    '%s holds where nothing is',
    async (invariant) => {
      expect(await look(invariant)).toEqual({ violations: 0, log: '' });
    },
  );

  it('counts as looked at when it began to be watched, and not from a look on that never ends', async () => {
    const metrics = createMetrics('test');
    const began = Date.now() / 1_000;
    const logger = createLogger('test', 'silent');
    watchInvariant('ledger', { database: postgres.database(), logger, metrics });
    const lookedAt = (await metrics.registry.getSingleMetric('invariant_checked_timestamp_seconds')!.get()).values;
    expect(lookedAt).toEqual([expect.objectContaining({ labels: { invariant: 'ledger' } })]);
    expect(lookedAt[0]!.value).toBeGreaterThanOrEqual(began);
  });

  it('is broken by what was accepted and is nowhere, and the log names it', async () => {
    const lost = await acceptNowhere(2 * MINUTE);
    const { violations, log } = await look('accepted-work');
    expect(violations).toBe(1);
    expect(log).toContain(lost);
  });

  it('is not judged by what began just before the look begins, nor by what is older', async () => {
    await acceptNowhere(15.5 * MINUTE);
    await acceptNowhere(20 * MINUTE);
    // Of the test before.
    expect((await look('accepted-work')).violations).toBe(1);
  });
});
