import type { Random } from '../world/random.js';
import { type DeliveryBehaviour, ORDINARY_DELIVERY, retryDelay } from './delivery-behaviour.js';
import { type DeliveryEnding, isTaken } from './delivery-ending.js';
import { planDelivery } from './plan.js';
import { Reorderer } from './reorderer.js';
import { Schedule } from './schedule.js';

/** Where parcels go. */
interface Destination {
  readonly id: string;
  readonly status: 'disabled' | 'enabled';
  /** Absent: what holds for all. */
  readonly behaviour?: DeliveryBehaviour;
}

/** One attempt at a delivery, as a log keeps it when it has ended. */
export interface Attempt {
  /** 1 for the first copy, 2 for a duplicate. */
  readonly copy: number;
  readonly attempt: number;
  readonly signature: string | undefined;
  /** When it left, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly tookMs: number;
  readonly ending: DeliveryEnding;
}

export interface Carried {
  /** Absent: the parcel has it in itself. */
  readonly signature?: string | undefined;
  readonly ending: DeliveryEnding;
}

/** How a gateway's webhooks travel. */
export interface Carrier<Endpoint, Parcel> {
  /** Signs a parcel and brings it to where the endpoint is; never rejects. */
  carry(endpoint: Endpoint, parcel: Parcel, timeoutMs: number): Promise<Carried>;
  record(endpoint: Endpoint, parcel: Parcel, attempt: Attempt): void;
  /** An endpoint has taken it. */
  arrived?(parcel: Parcel): void;
}

/** Sends parcels as the behaviour says: dropped, doubled, late, in another order; and again until they are taken. */
export class Dispatcher<Endpoint extends Destination, Parcel> {
  behaviour: DeliveryBehaviour = ORDINARY_DELIVERY;
  private readonly schedule = new Schedule();
  private readonly reorderer: Reorderer;
  /** What was sent before this number of resets is not tried again. */
  private life = 0;

  constructor(
    private readonly random: () => Random,
    private readonly carrier: Carrier<Endpoint, Parcel>,
  ) {
    this.reorderer = new Reorderer(random, this.schedule);
  }

  dispatch(endpoint: Endpoint, parcel: Parcel): void {
    const behaviour = endpoint.behaviour ?? this.behaviour;
    const delays = planDelivery(behaviour, this.random());
    if (delays.length === 0) return this.drop(endpoint, parcel);
    delays.forEach((delay, index) => {
      const leave = (): void => void this.attempt(endpoint, parcel, index + 1, 1, this.life);
      const enter = (): void => this.reorderer.enter(endpoint.id, behaviour, leave);
      if (delay > 0) this.schedule.after(delay, enter);
      else enter();
    });
  }

  /** Sends it now, once, whatever the behaviour says, as when somebody asks for it again. */
  resend(endpoint: Endpoint, parcel: Parcel): void {
    void this.attempt(endpoint, parcel, 1, 1, this.life);
  }

  /** Forgets what is on its way. */
  reset(): void {
    this.life += 1;
    this.schedule.cancelAll();
    this.reorderer.forget();
    this.behaviour = ORDINARY_DELIVERY;
  }

  private async attempt(
    endpoint: Endpoint,
    parcel: Parcel,
    copy: number,
    attempt: number,
    life: number,
  ): Promise<void> {
    if (endpoint.status === 'disabled') return;
    const { retries, timeoutMs } = endpoint.behaviour ?? this.behaviour;
    const receivedAt = Date.now();
    const { signature, ending } = await this.carrier.carry(endpoint, parcel, timeoutMs);
    if (life !== this.life) return;
    const tookMs = Date.now() - receivedAt;
    this.carrier.record(endpoint, parcel, { copy, attempt, signature, receivedAt, tookMs, ending });
    if (isTaken(ending)) return this.carrier.arrived?.(parcel);
    const delay = retryDelay(retries, attempt);
    if (delay !== undefined)
      this.schedule.after(delay, () => void this.attempt(endpoint, parcel, copy, attempt + 1, life));
  }

  private drop(endpoint: Endpoint, parcel: Parcel): void {
    const how = { copy: 1, attempt: 0, signature: undefined, receivedAt: Date.now(), tookMs: 0 };
    this.carrier.record(endpoint, parcel, { ...how, ending: { kind: 'dropped' } });
  }
}
