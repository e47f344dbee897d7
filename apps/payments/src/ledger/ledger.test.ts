import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { ledgerBalances, ledgerPage, type Scope, type Uuid } from '@signalbox/contracts';
import { ApiKeyAuthenticator, startService, type RunningService } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { insertAppWithKey } from '@signalbox/testing';
import { charge, paymentIntent, refund } from '../process/objects.harness.js';
import { LedgerController } from './ledger.controller.js';
import { useLedger } from './ledger.harness.js';
import { Ledger } from './ledger.js';

// The tests look into answers of many shapes; a wrong guess fails the test that made it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

describe('the ledger over HTTP', () => {
  let service: RunningService;
  afterAll(() => service.close());
  const stage = useLedger();
  beforeAll(async () => {
    const database = stage.postgres.database();
    @Module({ controllers: [LedgerController], providers: [{ provide: Ledger, useValue: new Ledger(database) }] })
    class LedgerModule {}
    service = await startService({
      name: 'payments',
      module: LedgerModule,
      host: '127.0.0.1',
      port: 0,
      logger: createLogger('test', 'silent'),
      metrics: createMetrics('test'),
      authenticator: new ApiKeyAuthenticator(database, { operatorToken: undefined }),
      readiness: async () => ({ ready: true, checks: {} }),
      title: 'test',
      description: 'test',
    });
  });

  async function makeApp(
    scopes: Scope[] = ['payments:read'],
  ): Promise<{ id: Uuid; get: (path: string) => Promise<{ status: number; body: Json }> }> {
    const { id, key } = await insertAppWithKey(stage.postgres.database(), scopes);
    return {
      id,
      get: async (path) => {
        const answer = await fetch(`${service.url}/v1/ledger${path}`, { headers: { authorization: `Bearer ${key}` } });
        return { status: answer.status, body: await answer.json() };
      },
    };
  }

  /** A payment of 1,099 with a fee of 62 and a refund of 500. */
  async function sell(appId: Uuid, x: string): Promise<void> {
    stage.books.entries.set(`ch_${x}`, [
      { id: `txn_${x}`, source: `ch_${x}`, amount: 1_099, currency: 'eur', fee: 62, created: 1_790_000_000 },
    ]);
    await stage.tell(
      appId,
      {
        type: 'payment_intent.succeeded',
        object: paymentIntent(`pi_${x}`, { status: 'succeeded', amount_received: 1_099 }),
      },
      {
        type: 'charge.updated',
        object: charge(`ch_${x}`, { payment_intent: `pi_${x}`, balance_transaction: `txn_${x}` }),
      },
      {
        type: 'refund.created',
        object: refund(`re_${x}`, { payment_intent: `pi_${x}`, charge: `ch_${x}`, status: 'succeeded' }),
      },
    );
    await stage.book(appId);
  }

  it('shows every movement, newest first, of all payments or of one', async () => {
    const app = await makeApp();
    await sell(app.id, 'a');
    await sell(app.id, 'b');
    const { body } = await app.get('/transactions');
    expect(ledgerPage.parse(body)).toEqual(body);
    expect(body.items.map(({ kind, gatewayRef }: Json) => `${kind} ${gatewayRef}`)).toEqual([
      'booking ch_b',
      'refund re_b',
      'capture pi_b',
      'booking ch_a',
      'refund re_a',
      'capture pi_a',
    ]);
    const [booking, , capture] = body.items;
    expect(booking).toMatchObject({
      gateway: 'stripe',
      fact: null,
      gatewayEntry: 'txn_b',
      livemode: false,
      account: null,
    });
    expect(capture).toMatchObject({
      fact: expect.stringMatching(/^evt_/),
      gatewayEntry: null,
      lines: [
        { account: 'gateway_balance', currency: 'eur', amount: 1_099 },
        { account: 'sales', currency: 'eur', amount: -1_099 },
      ],
    });
    const ofPayment = await app.get(`/transactions?paymentId=${capture.paymentId}`);
    expect(ofPayment.body.items).toEqual(body.items.slice(0, 3));
    expect((await app.get('/transactions?currency=usd')).body.items).toEqual([]);
    expect((await app.get('/transactions?currency=eur')).body.items).toHaveLength(6);
    expect((await app.get('/transactions?paymentId=nonsense')).body.items).toEqual([]);
  });

  it('goes on where a page ended', async () => {
    const app = await makeApp();
    await sell(app.id, 'p');
    const first = await app.get('/transactions?limit=2');
    const second = await app.get(`/transactions?limit=2&after=${first.body.next}`);
    expect([...first.body.items, ...second.body.items].map(({ kind }: Json) => kind)).toEqual([
      'booking',
      'refund',
      'capture',
    ]);
    expect(second.body.next).toBeNull();
    expect((await app.get('/transactions?after=nonsense')).body.items).toEqual([]);
  });

  it('adds up what stands on each account', async () => {
    const app = await makeApp();
    await sell(app.id, 's');
    const { body } = await app.get('/balances');
    expect(ledgerBalances.parse(body)).toEqual(body);
    expect(body.items[0]).toEqual({
      account: 'fees',
      currency: 'eur',
      balance: 62,
      gateway: 'stripe',
      connectedAccount: null,
      livemode: false,
    });
    expect(body.items.map(({ account, balance }: Json) => [account, balance])).toEqual([
      ['fees', 62],
      ['gateway_balance', 1_099 - 62 - 500],
      ['refunds', 500],
      ['sales', -1_099],
    ]);
  });

  it("shows nothing of another app's, nor anything without the scope", async () => {
    const [app, other, without] = [await makeApp(), await makeApp(), await makeApp(['events:read'])];
    await sell(app.id, 'o');
    expect((await other.get('/transactions')).body.items).toEqual([]);
    expect((await other.get('/balances')).body.items).toEqual([]);
    expect((await without.get('/transactions')).status).toBe(403);
    expect((await without.get('/balances')).status).toBe(403);
  });
});
