import { randomUUID } from 'node:crypto';
import type {
  Call,
  CaptureCall,
  ChargeCall,
  GatewayName,
  OpenCall,
  PaymentGateway,
  PaymentState,
  PaymentTarget,
  RefundCall,
  RefundState,
  SheetCall,
  SheetParts,
  Unsettled,
} from '../gateway/gateway.js';
import { done, type GatewayOutcome, type ReadOutcome, type Settlement } from '../gateway/outcome.js';

/** What goes wrong with the next call that changes something. `slow`: much happens meanwhile. `crash`: the process of whoever calls dies. */
export const FAULTS = [
  'none',
  'limited',
  'lost',
  'lost_after',
  'slow',
  'slow_after',
  'crash',
  'crash_after',
  'decline',
] as const;
export type Fault = (typeof FAULTS)[number];

/** The process died with the call under way: nobody hears of its end. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

interface Kept {
  readonly ref: string;
  readonly amount: number;
  readonly capture: 'automatic' | 'manual';
  status: PaymentState['status'];
  received: number;
  capturable: number;
  readonly refunds: Map<string, RefundState>;
}

/** The part of a gateway's world that money is in: it outlives the processes that call it, and keeps to a key. */
export class PlayedGateway implements PaymentGateway {
  readonly payments = new Map<string, Kept>();
  next: Fault = 'none';
  hasKeys = true;
  /** What happens while a call is slow. */
  meanwhile: () => Promise<void> = () => Promise.resolve();
  /** It answers nobody. */
  isDown = false;
  private readonly answers = new Map<string, GatewayOutcome<PaymentState | RefundState>>();

  constructor(
    readonly name: GatewayName,
    /** A payment is made by its charge, through us, and not by a phone. */
    private readonly madeByCharge: boolean,
  ) {}

  modeOf = () => Promise.resolve(this.hasKeys ? { livemode: false } : undefined);
  turnsAway = (): number | undefined => (this.isDown ? 1_000 : undefined);
  customer = () => Promise.resolve(done({ ref: 'cus_1' }));
  forget = () => Promise.resolve(done(null));

  open(call: OpenCall): Promise<GatewayOutcome<PaymentState>> {
    if (this.madeByCharge) return Promise.resolve(done(NOTHING_YET));
    return this.change(call, () => done(stateOf(this.make(call.target))));
  }

  charge(call: ChargeCall): Promise<GatewayOutcome<PaymentState>> {
    const declines = this.next === 'decline';
    return this.change(call, () => {
      if (this.madeByCharge && call.target.ref !== undefined) return refused(this.of(call.target));
      if (declines) return { kind: 'declined', code: 'card_declined' };
      const payment = this.madeByCharge ? this.make(call.target, call.key) : this.of(call.target);
      if (payment.status !== 'requires_payment_method') return refused(payment);
      return done(stateOf(pay(payment)));
    });
  }

  capture(call: CaptureCall): Promise<GatewayOutcome<PaymentState>> {
    return this.change(call, () => {
      if (call.target.ref === undefined) return UNPAID;
      const payment = this.of(call.target);
      if (payment.status === 'succeeded') return done(stateOf(payment));
      if (payment.status !== 'requires_capture') return refused(payment);
      Object.assign(payment, { status: 'succeeded', received: payment.amount, capturable: 0 });
      return done(stateOf(payment));
    });
  }

  cancel(call: Call): Promise<GatewayOutcome<PaymentState>> {
    if (call.target.ref === undefined) return Promise.resolve(done({ ...NOTHING_YET, status: 'canceled' }));
    return this.change(call, () => {
      const payment = this.of(call.target);
      if (payment.status === 'succeeded') return refused(payment);
      Object.assign(payment, { status: 'canceled', capturable: 0 });
      return done(stateOf(payment));
    });
  }

  refund(call: RefundCall): Promise<GatewayOutcome<RefundState>> {
    return this.change(call, () => {
      if (call.target.ref === undefined) return UNPAID;
      const payment = this.of(call.target);
      const left = [...payment.refunds.values()].reduce((sum, { amount }) => sum - amount, payment.received);
      const amount = call.amount ?? left;
      if (left === 0 || amount > left) return refused(payment);
      const refund: RefundState = { ref: `re_${randomUUID()}`, status: 'succeeded', amount };
      payment.refunds.set(call.operation, refund);
      return done(refund);
    });
  }

  async read(target: PaymentTarget): Promise<ReadOutcome<PaymentState>> {
    if (this.isDown) return { kind: 'later', reason: 'down', retryAfterMs: 1_000 };
    return { kind: 'found', value: target.ref === undefined ? NOTHING_YET : stateOf(this.of(target)) };
  }

  async sheet({ target }: SheetCall): Promise<ReadOutcome<SheetParts>> {
    const read = await this.read(target);
    if (read.kind !== 'found') return read;
    const clientSecret = target.ref ?? '';
    const secrets = this.madeByCharge
      ? ({ gateway: 'braintree', clientToken: 'token', amountDecimal: '1.00' } as const)
      : ({ gateway: 'stripe', publishableKey: 'pk_test_1', clientSecret, customer: undefined } as const);
    return { kind: 'found', value: { state: read.value, secrets } };
  }

  async settle({ kind, call }: Unsettled): Promise<Settlement<PaymentState | RefundState>> {
    const answered = this.answers.get(call.key);
    if (this.isDown) return { kind: 'later', reason: 'down' };
    if (answered !== undefined && answered.kind !== 'unknown' && answered.kind !== 'not_done') return answered;
    // A charge that was not made is not made any more.
    if (kind === 'charge') {
      this.answers.set(call.key, { kind: 'refused', code: 'fenced', detail: 'it came too late' });
      if (call.target.ref !== undefined) Object.assign(this.of(call.target), { status: 'canceled' });
      return { kind: 'not_happened' };
    }
    const again = await (kind === 'refund' ? this.refund(call) : this[kind](call));
    return again.kind === 'unknown' || again.kind === 'not_done' ? { kind: 'later', reason: again.reason } : again;
  }

  /** The customer pays with a sheet that was shown to them, whenever that was. */
  phonePays(ref: string): void {
    const payment = this.payments.get(ref);
    if (payment?.status === 'requires_payment_method') pay(payment);
  }

  private async change<Value extends PaymentState | RefundState>(
    { key }: Call,
    work: () => GatewayOutcome<Value>,
  ): Promise<GatewayOutcome<Value>> {
    const fault = this.next;
    this.next = 'none';
    if (this.isDown) return { kind: 'not_done', reason: 'down', retryAfterMs: 1_000 };
    if (fault === 'limited') return { kind: 'not_done', reason: 'limited', retryAfterMs: 1 };
    if (fault === 'lost') return { kind: 'unknown', reason: 'lost' };
    if (fault === 'crash') throw new Crash();
    if (fault === 'slow') await this.meanwhile();
    const answer = (this.answers.get(key) ?? work()) as GatewayOutcome<Value>;
    this.answers.set(key, answer);
    if (fault === 'slow_after') await this.meanwhile();
    if (fault === 'lost_after') return { kind: 'unknown', reason: 'lost' };
    if (fault === 'crash_after') throw new Crash();
    return answer;
  }

  private make({ amount, capture }: PaymentTarget, name: string = randomUUID()): Kept {
    const status = 'requires_payment_method';
    const made: Kept = { ref: `p_${name}`, amount, capture, status, received: 0, capturable: 0, refunds: new Map() };
    this.payments.set(made.ref, made);
    return made;
  }

  private of({ ref }: PaymentTarget): Kept {
    const payment = this.payments.get(ref ?? '');
    if (payment === undefined) throw new Error(`nobody made ${ref}`);
    return payment;
  }
}

const NOTHING_YET: PaymentState = { status: 'requires_payment_method', amountReceived: 0, amountCapturable: 0 };

const UNPAID = { kind: 'refused', code: 'unpaid', detail: 'it took no money' } as const;

function pay(payment: Kept): Kept {
  const { amount, capture } = payment;
  if (capture === 'automatic') return Object.assign(payment, { status: 'succeeded', received: amount });
  return Object.assign(payment, { status: 'requires_capture', capturable: amount });
}

const stateOf = ({ ref, status, received, capturable }: Kept): PaymentState => ({
  ...{ ref, status, amountReceived: received, amountCapturable: capturable },
});

const refused = ({ status }: Kept) =>
  ({ kind: 'refused', code: 'unexpected_state', detail: `it is ${status}` }) as const;
