import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newUuid, paymentSettings, type PaymentSheet, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { Problem } from '@signalbox/http';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { sizeOfTest, usePostgres } from '@signalbox/testing';
import fc from 'fast-check';
import type { Call, PaymentGateway } from '../gateway/gateway.js';
import { Gateways } from '../gateway/gateways.js';
import { Janitor } from '../outcomes/janitor.js';
import { PaymentActions } from '../payments/payment-actions.js';
import { Settings } from '../settings/settings.js';
import { PaymentSheets } from '../sheets/payment-sheets.js';
import { Operations } from './operations.js';
import { orderOutcomes } from './order-outcomes.js';
import { Orders } from './orders.js';
import { Crash, type Fault, FAULTS, PlayedGateway } from './played-gateway.harness.js';

/** 1,000 in the long form: `MODEL_SEQUENCES=1000 npm test -- orders.model`. */
const SEQUENCES = sizeOfTest('MODEL_SEQUENCES', 60);
const ORDERS = ['a', 'b'] as const;
const AMOUNT = 500;
type Kind = 'confirm' | 'capture' | 'cancel' | 'refunds';

/** A request as a client sent it, which it may send again. */
interface Sent {
  readonly key: string;
  readonly order: string;
  readonly send: (key: string) => Promise<'done' | Problem>;
  answers: ('done' | Problem)[];
}

/** The payments service with two gateways, its clients and its phones, all in one process that may die in any call. */
class World {
  readonly stripe = new PlayedGateway('stripe', false);
  readonly braintree = new PlayedGateway('braintree', true);
  readonly sent: Sent[] = [];
  readonly shown = new Map<string, PaymentSheet[]>();
  private readonly appId: Uuid = newUuid();
  private readonly sheets: PaymentSheets;
  private readonly actions: PaymentActions;
  private readonly janitor: Janitor;

  constructor(private readonly database: Database) {
    const gateways = new Gateways([this.stripe, this.braintree]);
    const [orders, operations] = [new Orders(database), new Operations(database, gateways)];
    this.sheets = new PaymentSheets({ orders, operations, gateways, settings: new Settings(database) });
    this.actions = new PaymentActions(orders, operations);
    const logger = createLogger('payments', 'silent');
    this.janitor = new Janitor(orderOutcomes(database, gateways), {
      database,
      logger,
      metrics: createMetrics('test'),
    });
  }

  async open(): Promise<this> {
    this.stripe.meanwhile = this.braintree.meanwhile = () => this.janitorComes();
    const settings = paymentSettings.parse({ merchantDisplayName: 'Shop', merchantCountryCode: 'DE' });
    await new Settings(this.database).keep(this.appId, settings);
    return this;
  }

  fail(fault: Fault): void {
    this.stripe.next = fault;
    this.braintree.next = fault;
  }

  async show(order: string, capture: 'automatic' | 'manual'): Promise<void> {
    const request = { orderId: order, amount: AMOUNT, currency: 'eur', captureMethod: capture };
    await this.send(order, async (key) => {
      const { sheet } = await this.sheets.show(this.appId, request, key);
      this.shown.set(order, [...(this.shown.get(order) ?? []), sheet]);
      return 'done';
    });
  }

  /** Does something to a payment that a client was told of. */
  async act(order: string, which: number, kind: Kind): Promise<void> {
    const sheets = this.shown.get(order) ?? [];
    if (sheets.length === 0) return;
    const { paymentId: id } = sheets[which % sheets.length]!;
    const method = { kind: 'nonce', id: 'nonce' } as const;
    const make = {
      confirm: (gateway, call) => gateway.charge({ ...call, method, offSession: true }),
      capture: (gateway, call) => gateway.capture(call),
      cancel: (gateway, call) => gateway.cancel(call),
      refunds: (gateway, call) => gateway.refund(call),
    } satisfies Record<Kind, (gateway: PaymentGateway, call: Call) => unknown>;
    const operation = ({ confirm: 'charge', capture: 'capture', cancel: 'cancel', refunds: 'refund' } as const)[kind];
    await this.send(order, async (idempotencyKey) => {
      const asked = { method };
      await this.actions.act({
        kind: operation,
        appId: this.appId,
        id,
        idempotencyKey,
        asked,
        request: {},
        make: make[kind],
      });
      return 'done';
    });
  }

  async sendAgain(which: number): Promise<void> {
    const sent = this.sent[which % Math.max(1, this.sent.length)];
    if (sent !== undefined) sent.answers.push(await answer(() => sent.send(sent.key)));
  }

  phonePays(order: string, which: number): void {
    const sheets = this.shown.get(order) ?? [];
    const sheet = sheets[which % Math.max(1, sheets.length)];
    if (sheet?.gateway === 'stripe') this.stripe.phonePays(sheet.paymentIntentClientSecret);
  }

  /** Everything that is to be asked for is due now. */
  async janitorComes(): Promise<void> {
    await this.database.query(
      `UPDATE payment_operation SET settle_at = now() - interval '1 s' WHERE settle_at IS NOT NULL AND app_id = $1`,
      [this.appId],
    );
    await this.janitor.settleDue();
  }

  /** The gateways are up again, and nothing goes wrong any more. */
  async settle(): Promise<void> {
    this.fail('none');
    this.stripe.isDown = this.braintree.isDown = false;
    for (let round = 0; round < 20 && (await this.open_()) > 0; round += 1) await this.janitorComes();
    expect(await this.open_()).toBe(0);
  }

  /** Payments of an order that took money, or hold it. */
  async taken(order: string): Promise<number> {
    const { rows } = await this.database.query<{ ref: string }>(
      `SELECT gateway_ref AS ref FROM payment WHERE app_id = $1 AND order_id = $2`,
      [this.appId, order],
    );
    const ours = new Set(rows.map(({ ref }) => ref));
    const all = [...this.stripe.payments.values(), ...this.braintree.payments.values()];
    return all.filter(({ ref, received, capturable }) => ours.has(ref) && received + capturable > 0).length;
  }

  /** Payments anywhere that took money, whether an order knows them or not. */
  takenInAll(): number {
    const all = [...this.stripe.payments.values(), ...this.braintree.payments.values()];
    return all.filter(({ received, capturable }) => received + capturable > 0).length;
  }

  private async open_(): Promise<number> {
    const { rows } = await this.database.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM payment_operation WHERE app_id = $1 AND settle_at IS NOT NULL`,
      [this.appId],
    );
    return rows[0]!.open;
  }

  private async send(order: string, send: Sent['send']): Promise<void> {
    const sent: Sent = { key: randomUUID(), order, send, answers: [] };
    this.sent.push(sent);
    sent.answers.push(await answer(() => send(sent.key)));
  }
}

/** A client whose server died hears nothing. */
async function answer(ask: () => Promise<'done' | Problem>): Promise<'done' | Problem> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Crash) return new Problem({ status: 502, code: 'nobody', detail: 'the connection broke' });
    if (error instanceof Problem) return error;
    throw error;
  }
}

const order = fc.constantFrom(...ORDERS);
const fault = fc.constantFrom(...FAULTS);
const which = fc.nat({ max: 7 });

interface Step {
  readonly run: (world: World) => Promise<void> | void;
}
const capture = fc.constantFrom('automatic' as const, 'manual' as const);
const kind = fc.constantFrom<Kind>('confirm', 'capture', 'cancel', 'refunds');
const gateway = fc.constantFrom('stripe' as const, 'braintree' as const);

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(order, capture, fault).map(([name, how, broken]) =>
      step(`show ${name} ${how} ${broken}`, (world) => {
        world.fail(broken);
        return world.show(name, how);
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.tuple(kind, order, which, fault).map(([what, name, nth, broken]) =>
      step(`${what} ${name} ${nth} ${broken}`, (world) => {
        world.fail(broken);
        return world.act(name, nth, what);
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(which, fault).map(([nth, broken]) =>
      step(`again ${nth} ${broken}`, (world) => {
        world.fail(broken);
        return world.sendAgain(nth);
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(order, which)
      .map(([name, nth]) => step(`phone pays ${name} ${nth}`, (world) => world.phonePays(name, nth))),
  },
  {
    weight: 2,
    arbitrary: fault.map((broken) =>
      step(`janitor ${broken}`, (world) => {
        world.fail(broken);
        return world.janitorComes();
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(order, capture, kind, fault).map(([name, how, what, broken]) =>
      step(`at once: show twice, ${what} twice ${name} ${broken}`, async (world) => {
        world.fail(broken);
        const all = [world.show(name, how), world.act(name, 0, what), world.act(name, 0, what), world.show(name, how)];
        await Promise.all(all);
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: gateway.map((name) =>
      step(`${name} goes down or comes back`, (world) => {
        world[name].isDown = !world[name].isDown;
      }),
    ),
  },
);

/** Shown by its name where a sequence is told of that failed. */
function step(name: string, run: Step['run']): Step {
  return { run, [fc.toStringMethod]: () => name } as Step;
}

describe('orders, whatever happens to the calls of two gateways', () => {
  jest.setTimeout(600_000);
  const postgres = usePostgres();
  let database: Database;
  beforeAll(() => {
    database = postgres.database();
  });

  it('are paid once at most, and whoever asks again with the same key learns the truth', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 24 }), async (sequence) => {
        const world = await new World(database).open();
        for (const { run } of sequence) {
          await run(world);
          for (const name of ORDERS) expect(await world.taken(name)).toBeLessThanOrEqual(1);
        }
        await world.settle();
        for (const name of ORDERS) expect(await world.taken(name)).toBeLessThanOrEqual(1);
        expect(world.takenInAll()).toBeLessThanOrEqual(ORDERS.length);
        // What was answered for good stays the answer.
        for (const sent of world.sent.filter(({ answers }) => answers.includes('done'))) {
          const again = await answer(() => sent.send(sent.key));
          const isOver = again instanceof Problem && ['payment_over', 'order_paid'].includes(again.code);
          expect(again === 'done' || isOver).toBe(true);
        }
      }),
      { numRuns: SEQUENCES, endOnFailure: false, examples: [] },
    );
  });
});
