import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Access, openAccess } from '@signalbox/access';
import { formatId, newUuid, type PaymentView, type Uuid } from '@signalbox/contracts';
import { type RunningService, startService } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { insertApp, insertAppWithKey, startTokenIssuer, type TestIssuer, usePostgres } from '@signalbox/testing';
import { Module } from '@nestjs/common';
import { Subscriptions } from '../accounts/subscriptions.js';
import { MyPaymentsController } from './my-payments.controller.js';
import { Payments } from './payments.js';

interface Body {
  readonly code: string;
  readonly items: PaymentView[];
  readonly next: string | null;
}

describe('what a user sees of their own', () => {
  let service: RunningService;
  let access: Access;
  let issuer: TestIssuer;
  afterAll(async () => {
    await service.close();
    await access.close();
    await issuer.close();
  });
  const postgres = usePostgres();
  beforeAll(async () => {
    const sql = postgres.database();
    const subscriptions = Object.assign(Object.create(Subscriptions.prototype) as object, { parts: { sql } });
    @Module({
      controllers: [MyPaymentsController],
      providers: [
        { provide: Payments, useValue: new Payments(sql) },
        { provide: Subscriptions, useValue: subscriptions },
      ],
    })
    class MyModule {}
    issuer = await startTokenIssuer();
    const common = { logger: createLogger('test', 'silent'), metrics: createMetrics('test') };
    const at = { HOST: '127.0.0.1', PORT: 0 };
    const config = { ...at, DATABASE_URL: postgres.url(), QUEUE_PREFIX: '{test}', AUTH_ISSUER: issuer.url };
    access = await openAccess({ name: 'test', config, sql, ...common });
    service = await startService({
      ...common,
      name: 'payments',
      module: MyModule,
      host: '127.0.0.1',
      port: 0,
      authenticator: access.authenticator,
      readiness: async () => ({ ready: true, checks: {} }),
      title: 'test',
      description: 'test',
    });
  });

  const pay = async (app: Uuid, userId: string | null): Promise<string> => {
    const id = newUuid();
    await postgres.database().query(
      `INSERT INTO payment (id, app_id, gateway, user_id, livemode, order_id, amount, currency, capture, known, known_at)
         VALUES ($1, $2, 'stripe', $3, false, $4, 100, 'eur', 'automatic', '{}', now())`,
      [id, app, userId, id],
    );
    return formatId('payment', id);
  };
  const get = async (path: string, token: string) => {
    const answer = await fetch(service.url + path, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as Body };
  };

  it("are the user's payments, newest first, page by page, and nobody else's, in this app or another", async () => {
    const [app, other] = [await insertApp(postgres.database()), await insertApp(postgres.database())];
    const [ann, bob] = [formatId('user', newUuid()), formatId('user', newUuid())];
    const mine = [await pay(app, ann), await pay(app, ann), await pay(app, ann)].toReversed();
    await pay(app, bob);
    await pay(app, null);
    await pay(other, ann);
    const token = await issuer.userToken(app, { userId: ann });
    const first = await get('/v1/me/payments?limit=2', token);
    expect([first.status, first.body.items.map(({ id }) => id)]).toEqual([200, mine.slice(0, 2)]);
    const second = await get(`/v1/me/payments?limit=2&after=${first.body.next}`, token);
    expect(second.body.items.map(({ id }) => id)).toEqual(mine.slice(2));
    expect((await get('/v1/me/subscriptions', token)).body).toEqual({ items: [], next: null });
  });

  it('is not named by the caller, and is for users with the scope', async () => {
    const { id, key } = await insertAppWithKey(postgres.database(), ['payments:read', 'payments:write']);
    const token = await issuer.userToken(id);
    expect((await get('/v1/me/payments?userId=usr_x', token)).status).toBe(422);
    for (const path of ['/v1/me/payments', '/v1/me/subscriptions']) {
      const weak = await get(path, await issuer.userToken(id, { scope: 'account:manage' }));
      expect([weak.status, weak.body.code]).toEqual([403, 'insufficient_scope']);
      const byKey = await get(path, key);
      expect([byKey.status, byKey.body.code]).toEqual([403, 'user_token_required']);
    }
  });
});
