import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { insertApp, usePostgres } from '@signalbox/testing';
import type { SubscriptionOrder } from '../gateway/subscription-gateway.js';
import { clientKey } from '../orders/client-key.js';
import type { Refetch } from '../process/refetch.js';
import type { AccountGateways } from './account-gateways.js';
import { SubscriptionBook } from './subscription-book.js';
import type { SubscriptionOutcome } from './subscription-operation.js';
import { SubscriptionPerformer } from './subscription-performer.js';
import { UNSETTLED } from './subscription.queries.js';

const ORDER: SubscriptionOrder = { kind: 'subscribe', userId: 'ann', customer: 'cus_1', items: [], metadata: {} };
const NOTHING = { kind: 'not_done', reason: 'breaker_open', retryAfterMs: 1_000 } as const;
const DONE = {
  kind: 'done',
  value: { ref: 'sub_1', livemode: false, now: { userId: 'ann' } },
} as unknown as SubscriptionOutcome;

describe('a call that changes a subscription', () => {
  const postgres = usePostgres();
  let app: Uuid;
  let book: SubscriptionBook;
  beforeAll(async () => {
    app = await insertApp(postgres.database());
    book = new SubscriptionBook(postgres.database());
  });

  /** @param call the gateway's, over the network. */
  const performing = (call: () => Promise<SubscriptionOutcome>): SubscriptionPerformer =>
    new SubscriptionPerformer(
      book,
      { billingAt: () => ({ make: call }) } as unknown as AccountGateways,
      { after: () => Promise.resolve() } as unknown as Refetch,
    );

  it('that came to nothing frees its key, so that it may be sent again', async () => {
    const key = clientKey(app, 'POST /v1/subscriptions', 'free', ORDER);
    const { operation } = await book.begin(app, 'stripe', ORDER, key);
    const performer = performing(() => Promise.resolve(NOTHING));
    await expect(performer.perform(operation)).rejects.toMatchObject({ code: 'gateway_unavailable' });
    expect(await book.earlier(key)).toBeUndefined();
  });

  it('that came to nothing late says nothing of the one that the janitor makes meanwhile: its key stands, and there is one subscription', async () => {
    const key = clientKey(app, 'POST /v1/subscriptions', 'late', ORDER);
    const { operation } = await book.begin(app, 'stripe', ORDER, key);
    const performer = performing(async () => {
      // This process stood still for longer than the janitor waits.
      const { sql, id } = { sql: postgres.database(), id: operation.id };
      await sql.query('UPDATE subscription_operation SET settle_at = now() WHERE id = $1', [id]);
      expect((await sql.query(UNSETTLED.take, [1, 60])).rows).toMatchObject([{ id, asked: 1 }]);
      return NOTHING;
    });
    await expect(performer.perform(operation)).rejects.toMatchObject({ code: 'outcome_unknown' });
    expect(await book.begin(app, 'stripe', ORDER, key)).toMatchObject({
      repeated: true,
      operation: { id: operation.id, endedAt: null },
    });
    expect(await performer.end(operation, DONE, 'janitor')).toMatchObject({ state: 'done' });
    expect(await book.begin(app, 'stripe', ORDER, key)).toMatchObject({
      repeated: true,
      operation: { id: operation.id, state: 'done' },
    });
  });

  it('is told as the janitor found it, when that was first', async () => {
    const key = clientKey(app, 'POST /v1/subscriptions', 'first', ORDER);
    const { operation } = await book.begin(app, 'stripe', ORDER, key);
    const performer = performing(async () => {
      await performer.end(operation, DONE, 'janitor');
      return NOTHING;
    });
    expect(await performer.perform(operation)).toMatchObject({ state: 'done' });
  });
});
