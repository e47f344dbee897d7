import { expect } from '@jest/globals';
import { type BroadcastRequest, broadcastRequest, type BroadcastView, newUuid, type Uuid } from '@signalbox/contracts';
import { type DeliveryBench, useDeliveryBench } from '../delivery-bench.harness.js';
import type { Steering } from './broadcasts.js';

/** As fast as it can be. */
export const AT_ONCE = { rampSeconds: 0, avoidQuarterHours: false };
/** Quiet hours of somebody who never gets up. */
export const ALWAYS = [{ start: '00:00', end: '24:00' }];

export interface BroadcastBench extends DeliveryBench {
  sql<Row = Record<string, unknown>>(text: string, params?: unknown[]): Promise<Row[]>;
  /** So many phones, each of a user of its own. */
  phones(count: number, told?: { readonly zone?: string | null; readonly locale?: string | null }): Promise<Uuid[]>;
  /** Takes all phones away, and whatever is still owed. */
  nobody(): Promise<void>;
  /** Phones whose users sleep around the clock until they are woken. */
  sleepers(count: number): Promise<Uuid[]>;
  wakeAll(): Promise<void>;
  requestOf(over: object): BroadcastRequest;
  start(over?: object, key?: string): Promise<Uuid>;
  steer(how: 'pause' | 'resume' | 'cancel', id: Uuid): Promise<Steering>;
  view(id: Uuid): Promise<BroadcastView>;
  /** Lets every phone be looked at. */
  handOut(id: Uuid): Promise<void>;
  /** How many phones lie in each row of those who were put off. */
  routes(): Promise<{ n: number }[]>;
}

/** A push process that broadcasts, moved on by hand. */
export function useBroadcastBench(): BroadcastBench {
  const bench = useDeliveryBench();
  const sql = async <Row = Record<string, unknown>>(text: string, params: unknown[] = []): Promise<Row[]> =>
    (await bench.database().query<Row>(text, params)).rows;
  const view = async (id: Uuid): Promise<BroadcastView> => (await bench.broadcasts().get(bench.appId, id))!;
  const requestOf = (over: object): BroadcastRequest =>
    broadcastRequest.parse({ to: { everyone: true }, content: { body: 'sale' }, pacing: AT_ONCE, ...over });

  async function phones(
    count: number,
    { zone = null, locale = null }: { zone?: string | null; locale?: string | null } = {},
  ): Promise<Uuid[]> {
    const ids = Array.from({ length: count }, () => newUuid());
    await sql(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, bundle_id, status, locale, time_zone)
       SELECT id, $2, id, id, 'ios', 'apns', id, 'sandbox', 'com.example.shop', 'active', $3, $4 FROM unnest($1::uuid[]) AS d (id)`,
      [ids, bench.appId, locale, zone],
    );
    return ids;
  }

  return {
    ...bench,
    sql,
    phones,
    async nobody() {
      await sql('DELETE FROM device');
      await sql('DELETE FROM push_work');
    },
    async sleepers(count) {
      const ids = await phones(count);
      await sql(
        `INSERT INTO push_user (app_id, user_id, quiet_hours) SELECT $1, id, $3::jsonb FROM unnest($2::text[]) AS u (id)`,
        [bench.appId, ids, JSON.stringify(ALWAYS)],
      );
      return ids;
    },
    async wakeAll() {
      await sql('UPDATE push_user SET quiet_hours = NULL');
    },
    requestOf,
    async start(over = {}, key) {
      const started = await bench.broadcasts().start(bench.appId, requestOf(over), key);
      expect(started).toMatchObject({ kind: 'accepted' });
      return (started as { id: Uuid }).id;
    },
    steer: (how, id) => bench.broadcasts()[how](bench.appId, id),
    view,
    async handOut(id) {
      do await bench.step();
      while (/scheduled|running/.test((await view(id)).state));
    },
    routes: () =>
      sql<{ n: number }>(
        `SELECT jsonb_array_length(items) AS n FROM push_work WHERE queue = 'push.route.bulk' ORDER BY n DESC`,
      ),
  };
}
