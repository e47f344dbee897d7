import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { formatId, newUuid } from '@signalbox/contracts';
import { CredentialReader } from '@signalbox/credentials';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import type { Role } from '../../config.js';
import { usePayments } from '../../payments.harness.js';
import { endOperation } from '../../orders/end-operation.js';
import type { Operation } from '../../orders/operation.js';
import { BraintreeCallLog } from './braintree-call-log.js';
import { BraintreeCalls } from './braintree-calls.js';
import { BraintreeClients } from './braintree-clients.js';
import { BraintreeGateway } from './braintree-gateway.js';
import { useBraintreeSandbox } from './braintree-sandbox.harness.js';

jest.setTimeout(60_000);
const sandbox = useBraintreeSandbox();
let clients: BraintreeClients | undefined;
afterAll(() => clients?.close());
const service = usePayments(
  { name: 'postgres' },
  { MASTER_KEY: sandbox.masterKey, PAYMENTS_ROLES: new Set<Role>(['edge', 'api', 'work']) },
);

describe('the payments service and Braintree', () => {
  it('tells what we did there and what Braintree tells of it, each once', async () => {
    const { id: app } = await service.makeApp();
    const { credential } = await sandbox.makeApp(service.database(), {}, app);
    const url = `${service.url()}/webhooks/braintree/${formatId('credential', credential)}`;
    const { merchantId } = sandbox.keysOf(app);
    // Asks with bt_challenge first.
    await sandbox.control('POST', '/v1/braintree/endpoints', { merchantId, url });

    clients = new BraintreeClients(service.database(), new CredentialReader(sandbox.envelope));
    const log = new BraintreeCallLog(createLogger('payments', 'silent'), createMetrics('payments'));
    const gateway = new BraintreeGateway(new BraintreeCalls(clients, log));
    const [payment, operation] = [newUuid(), newUuid()];
    await service.sql(
      `INSERT INTO payment (id, app_id, gateway, livemode, order_id, amount, currency, capture)
       VALUES ($1, $2, 'braintree', false, 'order', 1050, 'usd', 'automatic')`,
      [payment, app],
    );
    const kept = await service.sql<Operation>(
      `INSERT INTO payment_operation (id, app_id, order_id, payment_id, gateway, kind, key, request, state, settle_at)
       VALUES ($1, $2, 'order', $3, 'braintree', 'charge', 'k', '{}', 'running', now() + interval '1 hour')
       RETURNING id, app_id AS "appId", order_id AS "orderId", payment_id AS "paymentId", gateway, kind, key, request`,
      [operation, app, payment],
    );
    const target = {
      appId: app,
      paymentId: payment,
      account: '',
      amount: 1_050,
      currency: 'usd',
      capture: 'automatic',
    } as const;
    const method = { kind: 'nonce', id: await sandbox.nonce(app) } as const;
    const outcome = await gateway.charge({ target, operation, key: 'k', method, offSession: false });
    await endOperation(service.database(), kept[0]!, '', outcome);
    const facts = async () =>
      (await service.sql<{ type: string }>('SELECT type FROM event_log WHERE app_id = $1 ORDER BY id', [app])).map(
        ({ type }) => type,
      );
    await eventually(async () => expect(await facts()).toEqual(['payment.succeeded']), { within: 20_000 });

    await sandbox.settleAll(app);
    const [sale] = await sandbox.transactions(app);
    await sandbox.control('POST', '/v1/braintree/disputes', { transactionId: sale!.id });
    const told = ['payment.succeeded', 'dispute.opened', 'dispute.funds_withdrawn'];
    await eventually(async () => expect(await facts()).toEqual(told), { within: 20_000 });
    await eventually(
      async () => {
        const decisions = await service.sql<{ kind: string; decision: string }>(
          `SELECT e.kind, d.decision FROM braintree_event e JOIN braintree_decision d ON d.event = e.id
           WHERE e.app_id = $1 ORDER BY e.kind`,
          [app],
        );
        expect(decisions.map(({ kind }) => kind)).toEqual(['dispute_opened', 'transaction_settled']);
      },
      { within: 20_000 },
    );
    expect(await service.sql('SELECT id FROM payments_work')).toEqual([]);
  });
});
