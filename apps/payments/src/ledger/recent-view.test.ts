import { describe, expect, it } from '@jest/globals';
import { firstUuidAt, timeOfUuid, type Uuid } from '@signalbox/contracts';
import { paymentIntent, refund } from '../process/objects.harness.js';
import { useLedger } from './ledger.harness.js';

describe("the ledger's invariant over what is recent", () => {
  const stage = useLedger();

  it('holds wherever the look begins, although what belongs together is older in part', async () => {
    const appId = stage.newApp();
    await stage.tell(appId, {
      type: 'payment_intent.succeeded',
      object: paymentIntent('pi_1', { status: 'succeeded', amount_received: 1_099 }),
    });
    for (const status of ['pending', 'succeeded', 'failed'] as const) {
      const type = status === 'pending' ? 'refund.created' : status === 'failed' ? 'refund.failed' : 'refund.updated';
      await stage.tell(appId, { type, object: refund('re_1', { payment_intent: 'pi_1', status }) });
    }
    const rows = await stage.sql<{ id: Uuid }>(
      'SELECT id FROM event_log UNION SELECT id FROM ledger_transaction ORDER BY 1',
    );
    expect(rows.length).toBeGreaterThan(4);
    for (const { id } of rows) {
      expect(await stage.violations(id)).toEqual([]);
      expect(await stage.violations(firstUuidAt(timeOfUuid(id)))).toEqual([]);
    }
  });

  it('is broken by a line that is gone, in a look at what is recent as in one at everything', async () => {
    await stage.sql('ALTER TABLE ledger_line DISABLE TRIGGER USER');
    await stage.sql(`DELETE FROM ledger_line WHERE ledger_account = 'sales'`);
    const [all, recent] = [await stage.violations(), await stage.violations(firstUuidAt(Date.now() - 60_000))];
    expect(all.length).toBeGreaterThan(0);
    expect(recent).toEqual(all);
  });
});
