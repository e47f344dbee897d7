import { describe, expect, it } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { insertAppWithKey } from '@signalbox/testing';
import { useAccess } from '../access.harness.js';
import { recordRefusedAddresses } from './refused-addresses.js';

describe('an API key that is used from where it may not be', () => {
  const under = useAccess();
  const told = async (appId: string) =>
    (
      await under
        .database()
        .query<{ data: unknown }>(
          `SELECT payload AS data FROM event_log WHERE app_id = $1 AND type = 'api_key.address_refused' ORDER BY id`,
          [appId],
        )
    ).rows.map(({ data }) => data);

  it('check 32: is refused by whoever takes keys, and its app reads of it', async () => {
    const { id, key } = await insertAppWithKey(under.database(), ['events:read']);
    const update = `UPDATE api_key SET allowed_cidrs = '{203.0.113.0/24}' WHERE app_id = $1 RETURNING id`;
    const { rows } = await under.database().query<{ id: string }>(update, [id]);
    const { authenticator } = await under.open();
    const from = (address: string) =>
      authenticator.verify(`Bearer ${key}`, { method: 'GET', url: '/', dpop: undefined, address });
    expect(await from('203.0.113.9')).toMatchObject({ kind: 'app', appId: id });
    await expect(from('198.51.100.9')).rejects.toMatchObject({ status: 403, code: 'address_not_allowed' });
    await expect(from('198.51.100.9')).rejects.toMatchObject({ status: 403 });
    expect(await told(id)).toEqual([{ keyId: formatId('key', rows[0]!.id), network: '198.51.100.0/24' }]);
  });

  it('check 32: is told of once a minute, and again when it could not be told', async () => {
    let [now, isAway] = [0, true];
    const database = under.database();
    const record = recordRefusedAddresses({
      sql: { query: (text, params) => (isAway ? Promise.reject(new Error('away')) : database.query(text, params)) },
      logger: createLogger('test', 'silent'),
      metrics: createMetrics('test'),
      now: () => now,
    });
    const refused = { appId: under.app(), keyId: newUuid(), address: '2001:db8:1:2::3' };
    await record(refused);
    isAway = false;
    for (now of [0, 1, 59_999, 60_000]) await record(refused);
    await record({ ...refused, keyId: newUuid(), address: undefined });
    expect(await told(under.app())).toMatchObject([
      { network: '2001:db8:1::/48' },
      { network: '2001:db8:1::/48' },
      { network: null },
    ]);
  });
});
