import { charge, dispute, paymentIntent, payout, refund } from '../process/objects.harness.js';
import type { ToldEvent } from '../process/process.harness.js';

/** The currency that a played account is settled in, and what others are worth in it. */
const SETTLED_IN = 'eur';
const RATES: Readonly<Record<string, number>> = { gbp: 1.17 };
interface PlayedEntry {
  readonly created: number;
}

const DISPUTE_FEE = 1_500;

export type RefundEnd = 'succeeds' | 'fails' | 'waits' | 'canceled' | 'canceled_unfunded';
export type DisputeEnd = 'inquiry' | 'lost' | 'won' | 'partly_reinstated';
export type PayoutEnd = 'paid' | 'failed' | 'failed_after_paid' | 'canceled';

/**
 * An account at Stripe whose story a test writes: what happens, with the events that tell of it and the entries in Stripe's
 * books. Its balance is the sum of those entries, and knows nothing of the ledger.
 */
export class PlayedAccount {
  readonly events: ToldEvent[] = [];
  readonly entries = new Map<string, PlayedEntry[]>();
  /** Disputes as they stand in the end: Stripe is asked about them. */
  readonly present: { readonly id: string; readonly object: string }[] = [];
  readonly balance = new Map<string, number>();
  private readonly charges: { id: string; intent: string; amount: number; currency: string; left: number }[] = [];
  private count = 0;
  private now = 1_790_000_000;

  /** `x` makes the names of its objects unique. */
  constructor(private readonly x: string) {}

  pay(amount: number, currency: string): void {
    const [pi, ch] = [this.name('pi'), this.name('ch')];
    const paid = { amount, currency, amount_captured: amount, payment_intent: pi };
    this.tell('payment_intent.created', paymentIntent(pi, { amount, currency }));
    this.tell('charge.succeeded', charge(ch, paid));
    this.tell(
      'payment_intent.succeeded',
      paymentIntent(pi, { amount, currency, status: 'succeeded', amount_received: amount, latest_charge: ch }),
    );
    this.tell(
      'charge.updated',
      charge(ch, { ...paid, balance_transaction: this.enter(ch, amount, currency, fee(amount)) }),
    );
    this.charges.push({ id: ch, intent: pi, amount, currency, left: amount });
  }

  decline(amount: number): void {
    const pi = this.name('pi');
    this.tell('payment_intent.created', paymentIntent(pi, { amount }));
    const error = { code: 'card_declined', charge: this.name('ch') };
    this.tell('payment_intent.payment_failed', paymentIntent(pi, { amount, last_payment_error: error }));
  }

  /** Reserves an amount and takes it in parts; without parts it is let go. */
  hold(amount: number, parts: number): void {
    const [pi, ch] = [this.name('pi'), this.name('ch')];
    const held = (received: number) =>
      paymentIntent(pi, {
        amount,
        status: 'requires_capture',
        amount_capturable: amount - received,
        amount_received: received,
        latest_charge: ch,
      });
    this.tell('payment_intent.amount_capturable_updated', held(0));
    if (parts === 0) {
      this.tell('payment_intent.canceled', paymentIntent(pi, { amount, status: 'canceled' }));
      return;
    }
    let [received, first] = [0, undefined as string | undefined];
    for (let part = 1; part <= parts; part += 1) {
      const more = part === parts ? amount - received : Math.floor(amount / parts);
      received += more;
      const entry = this.enter(ch, more, SETTLED_IN, fee(more));
      first ??= entry;
      const look = { amount, amount_captured: received, payment_intent: pi, balance_transaction: first };
      this.tell('charge.captured', charge(ch, look));
      if (part < parts) this.tell('payment_intent.amount_capturable_updated', held(received));
    }
    this.tell('payment_intent.succeeded', paymentIntent(pi, { amount, status: 'succeeded', amount_received: amount }));
    this.charges.push({ id: ch, intent: pi, amount, currency: SETTLED_IN, left: amount });
  }

  /** Gives back half of what is left of the charge that `which` comes to, if there is any. */
  refund(which: number, end: RefundEnd): void {
    const of = this.chargeAt(which);
    const amount = Math.ceil((of?.left ?? 0) / 2);
    if (of === undefined || amount === 0) return;
    const id = this.name('re');
    const { currency } = of;
    const look = (more: object) => refund(id, { amount, currency, charge: of.id, payment_intent: of.intent, ...more });
    if (end === 'waits' || end === 'canceled_unfunded') {
      this.tell('refund.created', look({ status: 'requires_action' }));
      if (end === 'canceled_unfunded') return this.tell('refund.updated', look({ status: 'canceled' }));
    }
    const taken = { balance_transaction: this.enter(id, -amount, currency, 0) };
    this.tell(end === 'waits' ? 'refund.updated' : 'refund.created', look({ ...taken, status: 'pending' }));
    if (end !== 'canceled') this.tell('refund.updated', look({ ...taken, status: 'succeeded' }));
    if (end === 'succeeds' || end === 'waits') {
      of.left -= amount;
      return;
    }
    const status = end === 'fails' ? 'failed' : 'canceled';
    const back = { failure_balance_transaction: this.enter(id, amount, currency, 0) };
    this.tell(end === 'fails' ? 'refund.failed' : 'refund.updated', look({ ...taken, ...back, status }));
  }

  dispute(which: number, end: DisputeEnd): void {
    const of = this.chargeAt(which);
    if (of === undefined) return;
    const id = this.name('dp');
    const moves: object[] = [];
    const { amount, currency } = of;
    const look = (status: string) =>
      dispute(id, {
        amount,
        currency,
        status,
        charge: of.id,
        payment_intent: of.intent,
        balance_transactions: [...moves],
      });
    this.tell('charge.dispute.created', look('warning_needs_response'));
    if (end === 'inquiry') {
      this.tell('charge.dispute.closed', look('warning_closed'));
      return void this.present.push(look('warning_closed'));
    }
    const move = (part: number, sign: number): void => {
      this.enter(id, sign * part, currency, -sign * DISPUTE_FEE);
      moves.push(this.entries.get(id)!.at(-1)!);
    };
    move(amount, -1);
    this.tell('charge.dispute.funds_withdrawn', look('needs_response'));
    const status = end === 'won' ? 'won' : 'lost';
    if (end === 'won') move(amount, 1);
    this.tell('charge.dispute.closed', look(status));
    if (end === 'partly_reinstated') move(Math.ceil(amount / 3), 1);
    if (end !== 'lost') this.tell('charge.dispute.funds_reinstated', look(status));
    this.present.push(look(status));
  }

  payout(amount: number, end: PayoutEnd): void {
    const id = this.name('po');
    const taken = { amount, currency: SETTLED_IN, balance_transaction: this.enter(id, -amount, SETTLED_IN, 25) };
    const back = (): object => ({ failure_balance_transaction: this.enter(id, amount, SETTLED_IN, 0) });
    this.tell('payout.created', payout(id, taken));
    if (end === 'paid' || end === 'failed_after_paid')
      this.tell('payout.paid', payout(id, { ...taken, status: 'paid' }));
    if (end === 'paid') return;
    const status = end === 'canceled' ? 'canceled' : 'failed';
    this.tell(`payout.${status}`, payout(id, { ...taken, ...back(), status }));
  }

  private chargeAt(which: number) {
    return this.charges.length === 0 ? undefined : this.charges[which % this.charges.length];
  }

  private name(prefix: string): string {
    this.count += 1;
    return `${prefix}_${this.x}_${this.count}`;
  }

  private tell(type: string, object: ToldEvent['object']): void {
    this.now += 3;
    this.events.push({ id: this.name('evt'), type, created: this.now, object });
  }

  /** Answers the entry's name. */
  private enter(source: string, amount: number, currency: string, feeOfIt: number): string {
    const rate = RATES[currency];
    const id = this.name('txn');
    const settled = Math.round(amount * (rate ?? 1));
    const entry = {
      ...{ id, object: 'balance_transaction', source, amount: settled, currency: SETTLED_IN, created: this.now },
      ...{ fee: feeOfIt, net: settled - feeOfIt, exchange_rate: rate ?? null },
      fee_details: feeOfIt === 0 ? [] : [{ amount: feeOfIt, currency: SETTLED_IN, type: 'stripe_fee' }],
    };
    this.entries.set(source, [...(this.entries.get(source) ?? []), entry]);
    this.balance.set(SETTLED_IN, (this.balance.get(SETTLED_IN) ?? 0) + entry.net);
    return id;
  }
}

function fee(amount: number): number {
  return Math.round(amount * 0.029) + 30;
}
