import { beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import type {
  Call,
  ChargeCall,
  OperationKind,
  PaymentGateway,
  PaymentState,
  PaymentTarget,
  RefundState,
} from './gateway.js';
import type { GatewayOutcome, Settlement } from './outcome.js';

/** What goes wrong with the next call: on its way there, or on its way back, when what it asked for has happened. */
export interface Trouble {
  readonly when: 'before' | 'after';
  readonly how: 'hang' | 'disconnect' | 500 | 503 | 504;
}

/** What has really happened to an app's money, seen from outside of the gateway. */
export interface Truth {
  /** Payments that took or reserved money. */
  readonly sales: number;
  readonly reserved: number;
  readonly taken: number;
  readonly givenBack: number;
}

type Acting = Extract<OperationKind, 'charge' | 'capture' | 'cancel' | 'refund'>;

/** A gateway and the world around it, as a test holds it. */
export interface GatewayHarness {
  gateway(): PaymentGateway;
  /** An app of its own for each test, with keys; `unreachable`: nobody listens where they lead. */
  makeApp(options?: { readonly unreachable?: boolean }): Promise<Uuid>;
  /** A payment method, good for one charge of an amount. */
  method(appId: Uuid, amount: number): Promise<ChargeCall['method']>;
  /** An amount that the bank declines, in cents; others it takes. */
  readonly declinedAmount: number;
  /** The night passes: what was captured can be refunded. */
  settleAll(appId: Uuid): Promise<void>;
  failNext(appId: Uuid, kind: Acting, trouble: Trouble): Promise<void>;
  limitNext(appId: Uuid, kind: Acting): Promise<void>;
  truth(appId: Uuid): Promise<Truth>;
}

type Outcome = GatewayOutcome<PaymentState | RefundState>;

/** A call that is about to be made. */
interface Prepared {
  readonly call: Call;
  readonly make: (call: Call) => Promise<Outcome>;
  readonly settle: (ageMs: number) => Promise<Settlement<PaymentState | RefundState>>;
}

const AMOUNT = 1_050;
/** An age at which no call can still be under way. Milliseconds. */
const LONG_AGO = 10 * 60_000;
const JUST_NOW = 5_000;
const TROUBLES: readonly Trouble[] = (['before', 'after'] as const).flatMap((when) =>
  (['hang', 'disconnect', 500, 503, 504] as const).map((how) => ({ when, how })),
);

/** What each call changes, seen from outside. */
const CHANGES: Readonly<Record<Acting, Truth>> = {
  charge: { sales: 1, reserved: 0, taken: AMOUNT, givenBack: 0 },
  capture: { sales: 1, reserved: 0, taken: AMOUNT, givenBack: 0 },
  cancel: { sales: 0, reserved: 0, taken: 0, givenBack: 0 },
  refund: { sales: 1, reserved: 0, taken: AMOUNT, givenBack: AMOUNT },
};
const BEFORE: Readonly<Record<Acting, Truth>> = {
  charge: { sales: 0, reserved: 0, taken: 0, givenBack: 0 },
  capture: { sales: 1, reserved: AMOUNT, taken: 0, givenBack: 0 },
  cancel: { sales: 1, reserved: AMOUNT, taken: 0, givenBack: 0 },
  refund: { sales: 1, reserved: 0, taken: AMOUNT, givenBack: 0 },
};

/**
 * What every gateway does behind the port, whatever goes wrong: it says that something happened exactly if it did, it says so of
 * what it did not know at first, and nothing happens twice.
 */
export function describeGateway(name: string, harness: GatewayHarness): void {
  const called = (target: PaymentTarget): Call => {
    const operation = newUuid();
    return { target, operation, key: `sbx-${operation}` };
  };

  async function opened(appId: Uuid, capture: PaymentTarget['capture'], amount = AMOUNT): Promise<PaymentTarget> {
    const target = { appId, paymentId: newUuid(), account: '', amount, currency: 'usd', capture };
    const outcome = await harness.gateway().open({ ...called(target), orderId: 'order', metadata: {} });
    expect(outcome).toMatchObject({ kind: 'done', value: { status: 'requires_payment_method', amountReceived: 0 } });
    return withRef(target, outcome);
  }

  async function charged(appId: Uuid, capture: PaymentTarget['capture']): Promise<PaymentTarget> {
    const target = await opened(appId, capture);
    const method = await harness.method(appId, AMOUNT);
    const outcome = await harness.gateway().charge({ ...called(target), method, offSession: false });
    expect(outcome.kind).toBe('done');
    return withRef(target, outcome);
  }

  async function prepare(appId: Uuid, kind: Acting, amount = AMOUNT): Promise<Prepared> {
    const gateway = harness.gateway();
    const settle = (call: Call) => (ageMs: number) => gateway.settle({ kind, call, ageMs, asked: 1 });
    if (kind === 'charge') {
      const target = await opened(appId, 'automatic', amount);
      const call: ChargeCall = { ...called(target), method: await harness.method(appId, amount), offSession: false };
      return { call, make: (each) => gateway.charge(each as ChargeCall), settle: settle(call) };
    }
    const target = await charged(appId, kind === 'refund' ? 'automatic' : 'manual');
    if (kind === 'refund') await harness.settleAll(appId);
    const call = called(target);
    return { call, make: (each) => gateway[kind](each), settle: settle(call) };
  }

  describe(`${name} behind the port`, () => {
    let app: Uuid;
    beforeAll(async () => (app = await harness.makeApp()));

    it('says whose keys it has', async () => {
      expect(await harness.gateway().modeOf(app)).toMatchObject({ livemode: false });
      expect(await harness.gateway().modeOf(newUuid())).toBeUndefined();
    });

    it('turns nobody away while nothing is wrong', () => {
      expect(harness.gateway().turnsAway(app, 'charge')).toBeUndefined();
    });

    it('does nothing for an app without keys', async () => {
      const target = { appId: newUuid(), paymentId: newUuid(), account: '', amount: AMOUNT, currency: 'usd' } as const;
      const outcome = await harness.gateway().open({
        ...called({ ...target, capture: 'automatic' }),
        orderId: 'order',
        metadata: {},
      });
      expect(outcome).toMatchObject({ kind: 'not_done', reason: 'no_key' });
    });

    it('reads a payment as it stands', async () => {
      const target = await charged(app, 'manual');
      const state = { ref: target.ref, status: 'requires_capture', amountReceived: 0, amountCapturable: AMOUNT };
      expect(await harness.gateway().read(target)).toMatchObject({ kind: 'found', value: state });
      expect(await harness.gateway().read({ ...target, ref: 'nobodys' })).toEqual({ kind: 'missing' });
    });

    it('makes one customer of a user, however often it is asked', async () => {
      const call = { appId: app, account: '', userId: 'user-1', details: { email: 'ada@example.com' } };
      const [first, again, other] = [
        await harness.gateway().customer(call),
        await harness.gateway().customer(call),
        await harness.gateway().customer({ ...call, userId: 'user-2' }),
      ];
      expect(first).toMatchObject({ kind: 'done' });
      expect(again).toEqual(first);
      expect(other).not.toEqual(first);
    });

    it('forgets a user, once or more often, and makes them anew when asked', async () => {
      const call = { appId: app, account: '', userId: 'user-to-forget', details: {} };
      await harness.gateway().customer(call);
      expect(await harness.gateway().forget(call)).toEqual({ kind: 'done', value: null });
      expect(['done', 'missing']).toContain((await harness.gateway().forget(call)).kind);
      expect(await harness.gateway().forget({ ...call, userId: 'nobody' })).toEqual({ kind: 'missing' });
      expect(await harness.gateway().customer(call)).toMatchObject({ kind: 'done' });
    });
  });

  describe.each(['charge', 'capture', 'cancel', 'refund'] as const)(`${name}: %s`, (kind) => {
    it('happens, and is found to have happened', async () => {
      const app = await harness.makeApp();
      const { call, make, settle } = await prepare(app, kind);
      expect(await harness.truth(app)).toEqual(BEFORE[kind]);
      const outcome = await make(call);
      expect(outcome.kind).toBe('done');
      expect(await harness.truth(app)).toEqual(CHANGES[kind]);
      expect(await settle(LONG_AGO)).toMatchObject(outcome);
      expect(await harness.truth(app)).toEqual(CHANGES[kind]);
    });

    it('has certainly not happened when the gateway limits it, and can be made again', async () => {
      const app = await harness.makeApp();
      const { call, make } = await prepare(app, kind);
      await harness.limitNext(app, kind);
      expect(await make(call)).toMatchObject({ kind: 'not_done', retryAfterMs: expect.any(Number) });
      expect(await harness.truth(app)).toEqual(BEFORE[kind]);
      expect((await make(call)).kind).toBe('done');
      expect(await harness.truth(app)).toEqual(CHANGES[kind]);
    });

    it('has certainly not happened where nobody listens', async () => {
      const app = await harness.makeApp({ unreachable: true });
      const target = { appId: app, paymentId: newUuid(), account: '', amount: AMOUNT, currency: 'usd', ref: 'pi_1' };
      const call = called({ ...target, capture: 'manual', ...(kind === 'charge' && { ref: undefined }) });
      const gateway = harness.gateway();
      const outcome =
        kind === 'charge'
          ? await gateway.charge({ ...call, method: { kind: 'saved', id: 'x' }, offSession: true })
          : await gateway[kind](call);
      // Stripe has to know of a payment before it is charged.
      if (kind === 'charge' && outcome.kind === 'refused') return;
      expect(outcome).toMatchObject({ kind: 'not_done', reason: 'no_connection' });
    });

    it.each(TROUBLES)(
      'of which nobody knows ($how $when it happens) is found out, and happens once',
      async (trouble) => {
        const app = await harness.makeApp();
        const { call, make, settle } = await prepare(app, kind);
        await harness.failNext(app, kind, trouble);
        const outcome = await make(call);
        expect(outcome.kind).toBe('unknown');
        const happened = trouble.when === 'after';
        expect(await harness.truth(app)).toEqual(happened ? CHANGES[kind] : BEFORE[kind]);
        const early = await settle(JUST_NOW);
        if (happened) expect(early.kind).toBe('done');
        const late = await settle(LONG_AGO);
        expect(['done', 'not_happened']).toContain(late.kind);
        const truth = await harness.truth(app);
        // A charge that is over without money may leave nothing, or a payment that was cancelled.
        expect(truth).toEqual(late.kind === 'done' ? CHANGES[kind] : BEFORE[kind]);
        if (kind === 'charge' && !happened) expect(late.kind).toBe('not_happened');
        if (happened) expect(late.kind).toBe('done');
      },
    );
  });

  describe(`${name}: what is not taken`, () => {
    it('a charge that the bank declines moves nothing, and says why', async () => {
      const app = await harness.makeApp();
      const { call, make } = await prepare(app, 'charge', harness.declinedAmount);
      expect(await make(call)).toMatchObject({ kind: 'declined', code: expect.any(String) });
      expect(await harness.truth(app)).toEqual(BEFORE.charge);
    });

    it('a method that there is not is refused', async () => {
      const app = await harness.makeApp();
      const { call } = await prepare(app, 'charge');
      const outcome = await harness
        .gateway()
        .charge({ ...call, method: { kind: 'saved', id: 'nobodys' }, offSession: true });
      expect(outcome).toMatchObject({ kind: 'refused', detail: expect.any(String) });
      expect(await harness.truth(app)).toEqual(BEFORE.charge);
    });

    it('more than was taken is not given back, and nothing twice', async () => {
      const app = await harness.makeApp();
      const { call, make } = await prepare(app, 'refund');
      expect(await harness.gateway().refund({ ...call, amount: AMOUNT + 1 })).toMatchObject({ kind: 'refused' });
      expect((await make(call)).kind).toBe('done');
      expect((await make(called(call.target))).kind).toBe('refused');
      expect(await harness.truth(app)).toEqual(CHANGES.refund);
    });

    it('what was cancelled is not captured, and cancelling it again changes nothing', async () => {
      const app = await harness.makeApp();
      const { call } = await prepare(app, 'cancel');
      expect((await harness.gateway().cancel(call)).kind).toBe('done');
      expect(await harness.gateway().cancel(called(call.target))).toMatchObject({
        kind: 'done',
        value: { status: 'canceled' },
      });
      expect((await harness.gateway().capture(called(call.target))).kind).toBe('refused');
      expect(await harness.truth(app)).toEqual(CHANGES.cancel);
    });

    it('a part is captured, and the rest let go', async () => {
      const app = await harness.makeApp();
      const { call } = await prepare(app, 'capture');
      const outcome = await harness.gateway().capture({ ...call, amount: 400 });
      expect(outcome).toMatchObject({ kind: 'done', value: { status: 'succeeded', amountReceived: 400 } });
      expect(await harness.truth(app)).toMatchObject({ reserved: 0, taken: 400 });
    });
  });
}

function withRef(target: PaymentTarget, outcome: Outcome): PaymentTarget {
  return { ...target, ref: outcome.kind === 'done' ? outcome.value.ref : undefined };
}
