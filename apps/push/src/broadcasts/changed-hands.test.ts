import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { SENT } from '../delivery-bench.harness.js';
import type { AttemptOutcome } from '../providers/push-provider.js';
import { useBroadcastBench } from './broadcast-bench.harness.js';

const BUSY: AttemptOutcome = { kind: 'retry', reason: 'TooManyRequests', afterMs: 60_000, raw: {} };
const REFUSED = [{ state: 'refused', reason: 'device_changed_user' }];

describe('a phone that changes hands while a broadcast is on its way to it', () => {
  const bench = useBroadcastBench();
  const { sql, nobody, phones, start, handOut } = bench;
  let phone: Uuid;
  let id: Uuid;
  beforeEach(async () => {
    await nobody();
    [phone] = (await phones(1)) as [Uuid];
    id = await start({ options: { ttlSeconds: 2_000_000 } });
    await handOut(id);
  });

  const handOver = (user: string | null) => sql('UPDATE device SET user_id = $2 WHERE id = $1', [phone, user]);
  const outcome = () =>
    sql('SELECT state, reason FROM delivery WHERE notification_id = $1 ORDER BY at DESC LIMIT 1', [id]);
  /** @returns what the provider was asked to send. */
  async function deliver(answer = SENT): Promise<number> {
    let sent = 0;
    await bench.deliver(() => {
      sent += 1;
      return answer;
    });
    return sent;
  }

  it('does not get what was for its old user', async () => {
    await handOver('bob');
    expect(await deliver()).toBe(0);
    expect(await outcome()).toEqual(REFUSED);
  });

  it('does not get it by a later attempt either', async () => {
    await deliver(BUSY);
    await handOver('bob');
    expect(await deliver()).toBe(0);
    expect(await outcome()).toEqual(REFUSED);
  });

  it('does not get it when the policy was asked again meanwhile', async () => {
    await sql(
      `UPDATE push_work SET items = (SELECT jsonb_agg(item || '{"w": 1}') FROM jsonb_array_elements(items) AS item)
       WHERE queue LIKE 'push.apns.%'`,
    );
    expect(await deliver()).toBe(0);
    await handOver('bob');
    await bench.route();
    expect(await outcome()).toEqual(REFUSED);
  });

  it('does not get it by a replay of what was given up', async () => {
    await deliver({ kind: 'ambiguous', reason: 'x', afterMs: 0, raw: {} });
    await sql(
      `UPDATE push_work SET items = (SELECT jsonb_agg(item || '{"a": 10}') FROM jsonb_array_elements(items) AS item)
       WHERE queue LIKE 'push.apns.%'`,
    );
    await deliver({ kind: 'ambiguous', reason: 'x', afterMs: 0, raw: {} });
    expect(await outcome()).toEqual([{ state: 'dead', reason: 'x' }]);
    await handOver('bob');
    await bench.deadLetters().replay({ appId: bench.appId }, { limit: 10, perSecond: 10 });
    expect(await deliver()).toBe(0);
    expect(await outcome()).toEqual(REFUSED);
  });

  it('gets it when it is of nobody at first and of somebody then', async () => {
    await nobody();
    [phone] = (await phones(1)) as [Uuid];
    await handOver(null);
    id = await start();
    await handOut(id);
    await handOver('bob');
    expect(await deliver()).toBe(1);
  });
});
