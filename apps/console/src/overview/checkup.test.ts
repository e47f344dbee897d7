import { afterAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { Checkup } from './checkup.js';
import { openReadOnly } from './read-only-database.js';

describe('what the doctor finds for the overview', () => {
  afterAll(() => database?.close());
  const postgres = usePostgres();
  let database: ReturnType<typeof openReadOnly> | undefined;

  it('is looked at beside the page, while somebody looks at it, and again after a while', async () => {
    database = openReadOnly(postgres.url(), createLogger('console', 'silent'));
    const checkup = new Checkup(database);
    const at = Date.now();
    const seen = async (later: number): Promise<string[]> => {
      const known = checkup.findings(at + later).map(({ check, state }) => `${check}: ${state}`);
      await checkup.done();
      return known;
    };
    await postgres.database().query(
      `INSERT INTO webhook_endpoint (id, app_id, url, enabled, disabled_reason, disabled_at)
       VALUES ($1, $1, 'https://a.example/', false, 'gone', now())`,
      [newUuid()],
    );
    expect(await seen(0)).toEqual([]);
    expect(await seen(1)).toEqual(['webhooks: warning']);
    await postgres.database().query('DELETE FROM webhook_endpoint');
    expect(await seen(19_999)).toEqual(['webhooks: warning']);
    expect(await seen(20_000)).toEqual(['webhooks: warning']);
    expect(await seen(20_001)).toEqual([]);
  });

  it('includes an invariant that is broken', async () => {
    await postgres
      .database()
      .query(
        `INSERT INTO event_log (id, app_id, type, subject, payload) VALUES ($1, $1, 'notification.accepted', 'ntf_x', '{}')`,
        [newUuid()],
      );
    const checkup = new Checkup(database!);
    checkup.findings(Date.now() + 60_000);
    await checkup.done();
    expect(checkup.findings()).toContainEqual(expect.objectContaining({ check: 'invariants', state: 'wrong' }));
  });
});
