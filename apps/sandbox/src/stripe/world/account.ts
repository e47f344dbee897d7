import { newEvent } from '../events/new-event.js';
import type { StripeEvent, ThinEvent } from '../objects/event.js';
import type { KnownObject } from '../objects/kinds.js';
import type { Shown, StripeObject } from '../objects/stripe-object.js';
import { ObjectStore } from './object-store.js';

/** The API request that something happens because of; without ids it happened by itself. */
export interface Cause {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}

const BY_ITSELF: Cause = { id: null, idempotency_key: null };

/** What an account needs of the world around it. */
export interface Surroundings {
  readonly now: () => number;
  /** Whether this event is generated at all: Stripe fails to, now and then, and says so later. */
  readonly isGenerated: (account: Account, type: string, object: Shown) => boolean;
  /** Answers how many endpoints will get the event. */
  readonly publish: (account: Account, event: StripeEvent) => number;
  /** What else happens when this has happened: an invoice is paid when its payment succeeds. */
  readonly react: (account: Account, type: string, object: Shown) => void;
}

/** The currency that an account is settled in, and what one unit of others is worth in it. */
export interface Settlement {
  readonly currency: string;
  readonly rates: Readonly<Record<string, number>>;
}

const REMEMBERED_EVENTS = 100_000;

/** One Stripe account: its objects and what happened to them. Everything in it happens synchronously, so at once. */
export class Account {
  readonly objects = new ObjectStore();
  /** Those without a snapshot, oldest first; all others follow from theirs. */
  readonly thinEvents: ThinEvent[] = [];
  /** Where its time stands while a clock of its own is held; otherwise it has everybody's. */
  heldAt: number | undefined;
  /** What Stripe does with a subscription when the last attempt at its invoice has failed: a setting of the account. */
  afterLastAttempt: 'cancel' | 'leave_past_due' | 'mark_unpaid' = 'cancel';
  /** Absent: a balance in every currency. */
  settlement: Settlement | undefined;
  private happened: StripeEvent[] = [];
  private cause = BY_ITSELF;

  constructor(
    readonly id: string,
    /** The account that it is connected to; absent, it is one with an API key of its own. */
    readonly platform: Account | undefined,
    private readonly surroundings: Surroundings,
    /** The version of requests that name none, and of events. */
    public apiVersion: string,
  ) {}

  now(): number {
    return this.heldAt ?? this.surroundings.now();
  }

  /** What time brings about, and no request. */
  byItself<Result>(act: () => Result): Result {
    return this.because(BY_ITSELF, act);
  }

  /** Runs `act` with everything in it caused by one request. */
  because<Result>(cause: Cause, act: () => Result): Result {
    this.cause = cause;
    try {
      return act();
    } finally {
      this.cause = BY_ITSELF;
    }
  }

  add(object: KnownObject, type?: string): void {
    this.objects.add(object);
    if (type !== undefined) this.emit(type, object);
  }

  /** Changes an object and says so, with what was there before. Without a difference nothing happened. */
  change<Changed extends StripeObject>(object: Changed, type: string, mutate: (object: Changed) => void): void {
    const before = structuredClone(object);
    mutate(object);
    if (JSON.stringify(before) !== JSON.stringify(object)) this.emit(type, object, before);
  }

  /** `created` is for events of the past, which only the control API asks for. */
  emit(type: string, object: Shown, before?: Shown, created = this.now()): StripeEvent {
    const { apiVersion, cause } = this;
    const account = this.platform && this.id;
    const event = newEvent({ type, object, before, account, apiVersion, cause, created });
    if (this.surroundings.isGenerated(this, type, object)) this.keep(event);
    this.surroundings.react(this, type, object);
    return event;
  }

  /** For the shapes of older API versions. */
  intentOfInvoice(invoiceId: string): string | null {
    const payments = this.objects.newestFirst('invoice_payment');
    return payments.find(({ invoice }) => invoice === invoiceId)?.payment.payment_intent ?? null;
  }

  eventsNewestFirst(): StripeEvent[] {
    return this.happened.toReversed();
  }

  findEvent(id: string): StripeEvent | undefined {
    return this.happened.findLast((event) => event.id === id);
  }

  private keep(event: StripeEvent): void {
    this.happened.push(event);
    // Cut off now and then: cutting at each event would move the whole array each time.
    if (this.happened.length > REMEMBERED_EVENTS * 1.1) this.happened = this.happened.slice(-REMEMBERED_EVENTS);
    event.pending_webhooks = this.surroundings.publish(this, event);
  }
}
