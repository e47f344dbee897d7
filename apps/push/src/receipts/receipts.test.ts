import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  formatId,
  newUuid,
  type ProblemBody,
  type ReceiptKind,
  type ReceiptsAnswer,
  timeOfUuid,
  type Uuid,
  uuidFromTimeAndTail,
} from '@signalbox/contracts';
import { append } from '@signalbox/event-log';
import { SignJWT } from 'jose';
import { type TestApp, usePushRoutes } from '../push-routes.harness.js';
import { deliveryIdOf } from '../work/delivery-id.js';
import { receiptsByDay, totalOf } from './receipt-counts.js';
import { ReceiptsModule } from './receipts.module.js';

const DAY_MS = 24 * 3_600_000;

describe('a receipt', () => {
  const routes = usePushRoutes((database, envelope, tokens) => [ReceiptsModule.with(database, envelope, tokens)]);
  const sql = async <Row = Record<string, unknown>>(text: string, params: unknown[]) =>
    (await routes.database().query<Row>(text, params)).rows;

  async function phoneOf(app: TestApp, user: string | null) {
    const v = newUuid();
    const installation = `phone-${v}`;
    await sql(
      `INSERT INTO device (id, app_id, installation_id, user_id, platform, target_kind, target, environment, status)
       VALUES ($1, $2, $3, $4, 'ios', 'apns', $3, 'sandbox', 'active')`,
      [v, app.id, installation, user],
    );
    return { v, installation };
  }
  const acceptedEvent = (app: TestApp, to: object, n: Uuid) => {
    const data = { root: n, lane: 'bulk', to, expiresAt: new Date().toISOString() };
    return { id: n, appId: app.id, type: 'notification.accepted', subject: formatId('notification', n), data } as const;
  };
  /** A notification that was accepted, and of which nobody has recorded anything else yet. */
  async function accept(app: TestApp, to: object, n = newUuid()): Promise<Uuid> {
    await append(routes.database(), [acceptedEvent(app, to, n)]);
    return n;
  }
  /** A notification that was sent to a phone of its own. */
  async function sent(app: TestApp, user: string | null, { state = 'sent', ageMs = 60_000 } = {}) {
    const { v, installation } = await phoneOf(app, user);
    const n = await accept(
      app,
      { installationId: installation },
      uuidFromTimeAndTail(Date.now() - ageMs, randomBytes(10)),
    );
    const d = deliveryIdOf(n, v);
    await sql(
      `INSERT INTO delivery (id, app_id, notification_id, device_id, provider, state, attempt) VALUES ($1, $2, $3, $4, 'apns', $5, 1)`,
      [d, app.id, n, v, state],
    );
    return { n, d, installation };
  }
  const tokenOf = (app: TestApp, user: string) =>
    new SignJWT({ sub: user })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(app.userTokenSecret));
  const report = async (
    { app, user, installationId }: { app: TestApp; user?: string; installationId?: string },
    receipts: readonly { deliveryId: string; kind: ReceiptKind; at?: string }[],
  ) =>
    routes.call<ReceiptsAnswer & ProblemBody>(
      'POST',
      '/v1/receipts',
      app.publishable,
      { receipts, ...(installationId !== undefined && { installationId }) },
      user === undefined ? undefined : await tokenOf(app, user),
    );
  const statuses = async (...args: Parameters<typeof report>) => {
    const { status, body } = await report(...args);
    expect(status).toBe(200);
    expect(body.results.map(({ index }) => index)).toEqual(body.results.map((_, index) => index));
    return body.results.map((each) => each.status);
  };
  const stateOf = async (d: Uuid) => (await sql('SELECT state FROM delivery WHERE id = $1', [d]))[0]?.['state'];
  const factsOf = async (n: Uuid) =>
    (
      await sql<{ type: string; payload: Record<string, unknown> }>(
        `SELECT type, payload FROM event_log WHERE subject = $1 AND type <> 'notification.accepted' ORDER BY xid, id`,
        [formatId('notification', n)],
      )
    ).map(({ type, payload }) => [type, payload['at']]);
  const daysOf = (n: Uuid) => receiptsByDay(routes.database(), n);

  it('moves a delivery on and never back, is told once, and counts on the day on which it happened', async () => {
    const app = await routes.makeApp();
    const { n, d } = await sent(app, 'ann', { ageMs: 5 * DAY_MS });
    const [received, opened] = [4, 2].map((days) => new Date(Date.now() - days * DAY_MS).toISOString());
    const by = { app, user: 'ann' };
    expect(await statuses(by, [{ deliveryId: d, kind: 'received', at: received! }])).toEqual(['recorded']);
    expect(await stateOf(d)).toBe('delivered');
    const id = formatId('delivery', d);
    expect(await statuses(by, [{ deliveryId: id, kind: 'opened', at: opened! }])).toEqual(['recorded']);
    expect(await stateOf(d)).toBe('opened');
    const late = (['received', 'opened'] as const).map((kind) => ({ deliveryId: d, kind }));
    expect(await statuses(by, late)).toEqual(['repeated', 'repeated']);
    expect(await stateOf(d)).toBe('opened');
    expect(await factsOf(n)).toEqual([
      ['delivery.delivered', received],
      ['delivery.opened', opened],
    ]);
    expect(await daysOf(n)).toEqual([
      { day: received!.slice(0, 10), delivered: 1, opened: 0, dismissed: 0 },
      { day: opened!.slice(0, 10), delivered: 0, opened: 1, dismissed: 0 },
    ]);
  });

  it('says that the phone has it, also when the first that the phone says is what was done with it', async () => {
    const app = await routes.makeApp();
    const [swiped, tapped] = [await sent(app, 'ann'), await sent(app, 'ann')];
    const said = [
      { deliveryId: swiped.d, kind: 'dismissed' as const },
      { deliveryId: tapped.d, kind: 'opened' as const },
      { deliveryId: tapped.d, kind: 'received' as const },
    ];
    expect(await statuses({ app, user: 'ann' }, said)).toEqual(['recorded', 'recorded', 'recorded']);
    expect([await stateOf(swiped.d), await stateOf(tapped.d)]).toEqual(['delivered', 'opened']);
    const types = async (n: Uuid) => (await factsOf(n)).map(([type]) => type);
    expect(await types(swiped.n)).toEqual(['delivery.delivered', 'delivery.dismissed']);
    expect(await types(tapped.n)).toEqual(['delivery.delivered', 'delivery.opened']);
    expect(totalOf(await daysOf(swiped.n))).toEqual({ delivered: 1, opened: 0, dismissed: 1 });
  });

  it('counts once, however many say it at once', async () => {
    const app = await routes.makeApp();
    const phones = await Promise.all(Array.from({ length: 5 }, () => sent(app, 'ann')));
    const said = phones.flatMap(({ d }) => (['received', 'opened'] as const).map((kind) => ({ deliveryId: d, kind })));
    await Promise.all(Array.from({ length: 12 }, () => statuses({ app, user: 'ann' }, said)));
    for (const { n } of phones) {
      expect(await factsOf(n)).toHaveLength(2);
      expect(totalOf(await daysOf(n))).toEqual({ delivered: 1, opened: 1, dismissed: 0 });
    }
  });

  it('is believed no time that cannot be', async () => {
    const app = await routes.makeApp();
    const [early, late] = [await sent(app, 'ann'), await sent(app, 'ann')];
    await statuses({ app, user: 'ann' }, [
      { deliveryId: early.d, kind: 'received', at: '2001-01-01T00:00:00Z' },
      { deliveryId: late.d, kind: 'received', at: '2099-01-01T00:00:00+02:00' },
    ]);
    const at = async (n: Uuid) => Date.parse((await factsOf(n))[0]![1] as string);
    expect(await at(early.n)).toBe(timeOfUuid(early.n));
    expect(Math.abs((await at(late.n)) - Date.now())).toBeLessThan(10_000);
  });

  it("is taken of one's own phone alone, whoever else asks", async () => {
    const [app, other] = [await routes.makeApp(), await routes.makeApp()];
    const [anns, nobodys] = [await sent(app, 'ann'), await sent(app, null)];
    const ofAnn = [{ deliveryId: anns.d, kind: 'opened' as const }];
    const ofNobody = [{ deliveryId: nobodys.d, kind: 'opened' as const }];
    expect(await statuses({ app, user: 'bob' }, ofAnn)).toEqual(['unknown']);
    expect(await statuses({ app, user: 'ann' }, ofNobody)).toEqual(['unknown']);
    expect(await statuses({ app: other, user: 'ann' }, ofAnn)).toEqual(['unknown']);
    expect(await statuses({ app, installationId: anns.installation }, ofAnn)).toEqual(['unknown']);
    expect(await statuses({ app, installationId: 'another' }, ofNobody)).toEqual(['unknown']);
    const madeUp = ['ffffffff-ffff-7fff-bfff-ffffffffffff', '00000000-0000-0000-0000-000000000000', newUuid()];
    expect(
      await statuses(
        { app, user: 'ann' },
        madeUp.map((deliveryId) => ({ deliveryId, kind: 'received' })),
      ),
    ).toEqual(['unknown', 'unknown', 'unknown']);
    expect([await factsOf(anns.n), await factsOf(nobodys.n)]).toEqual([[], []]);
    expect(await statuses({ app, installationId: nobodys.installation }, ofNobody)).toEqual(['recorded']);
    expect(await statuses({ app, user: 'ann' }, ofAnn)).toEqual(['recorded']);
  });

  it('that is faster than our commit is taken of phones that it was for, by name or among many, and of no others', async () => {
    const app = await routes.makeApp();
    const [phone, another] = [await phoneOf(app, 'ann'), await phoneOf(app, 'ann')];
    const statusOf = async (to: object, { v } = phone) =>
      (
        await statuses({ app, user: 'ann' }, [{ deliveryId: deliveryIdOf(await accept(app, to), v), kind: 'received' }])
      )[0];
    expect(await statusOf({ userId: 'ann' })).toBe('recorded');
    expect(await statusOf({ userIds: ['bob', 'ann'] })).toBe('recorded');
    expect(await statusOf({ installationId: phone.installation })).toBe('recorded');
    expect(await statusOf({ everyone: true })).toBe('recorded');
    expect(await statusOf({ userId: 'bob' })).toBe('unknown');
    expect(await statusOf({ userIds: ['bob'] })).toBe('unknown');
    expect(await statusOf({ installationId: phone.installation }, another)).toBe('unknown');
  });

  it('is found in a millisecond in which very many others were sent to', async () => {
    const app = await routes.makeApp();
    const { v } = await phoneOf(app, 'ann');
    const others = Array.from({ length: 1_500 }, (_, index) => ({ userId: `user-${index}` }));
    const at = Date.now();
    const tail = Buffer.alloc(10);
    const crowd = others.map((to, index) => {
      tail.writeUInt32BE(index);
      return acceptedEvent(app, to, uuidFromTimeAndTail(at, tail));
    });
    await append(routes.database(), crowd);
    const n = await accept(app, { userId: 'ann' }, uuidFromTimeAndTail(at, Buffer.alloc(10, 0xff)));
    expect(await statuses({ app, user: 'ann' }, [{ deliveryId: deliveryIdOf(n, v), kind: 'opened' }])).toEqual([
      'recorded',
    ]);
  });

  it('comes with an access token of the user as well', async () => {
    const app = await routes.makeApp();
    const userId = formatId('user', newUuid());
    const { d } = await sent(app, userId);
    const body = { receipts: [{ deliveryId: d, kind: 'opened' }] };
    const token = await routes.issuer().userToken(app.id, { userId });
    expect((await routes.call<ReceiptsAnswer>('POST', '/v1/receipts', token, body)).body.results).toEqual([
      { index: 0, status: 'recorded' },
    ]);
  });

  it('is refused where nobody says whose phone it is, and where it names no delivery', async () => {
    const app = await routes.makeApp();
    const good = { deliveryId: newUuid(), kind: 'received' as const };
    expect(await report({ app }, [good])).toMatchObject({ status: 403, body: { code: 'user_token_required' } });
    const bad = await report({ app, user: 'ann' }, [good, { ...good, deliveryId: 'ntf_1' }]);
    expect(bad).toMatchObject({ status: 422, body: { errors: [{ pointer: '/receipts/1/deliveryId' }] } });
    expect((await report({ app, user: 'ann' }, [])).status).toBe(422);
    expect(
      (
        await report(
          { app, user: 'ann' },
          Array.from({ length: 101 }, () => good),
        )
      ).status,
    ).toBe(422);
  });

  it('is told and counted of what had ended otherwise, which stays as it ended', async () => {
    const app = await routes.makeApp();
    const { n, d } = await sent(app, 'ann', { state: 'expired' });
    expect(await statuses({ app, user: 'ann' }, [{ deliveryId: d, kind: 'received' }])).toEqual(['recorded']);
    expect(await stateOf(d)).toBe('expired');
    expect(totalOf(await daysOf(n)).delivered).toBe(1);
  });
});
