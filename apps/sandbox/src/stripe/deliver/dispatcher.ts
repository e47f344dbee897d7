import type { RequestLog } from '../../recording/request-log.js';
import type { Random } from '../world/random.js';
import { type DeliveryBehaviour, ORDINARY_DELIVERY, retryDelay } from './delivery-behaviour.js';
import { type DeliveryFilter, type SentDelivery, wayOf } from './delivery-log.js';
import { activeSecrets, type Endpoint } from './endpoint.js';
import { type DeliveryEnding, isTaken, type Parcel } from './parcel.js';
import { planDelivery } from './plan.js';
import { Reorderer } from './reorderer.js';
import { Schedule } from './schedule.js';
import { signatureHeader } from './signature.js';

/** Brings one body to where an endpoint is; never rejects. */
export type Carry = (
  endpoint: Endpoint,
  headers: Readonly<Record<string, string>>,
  body: string,
  timeoutMs: number,
) => Promise<DeliveryEnding>;

/** Sends parcels as the behaviour says: dropped, doubled, late, in another order; and again until they are taken. */
export class Dispatcher {
  behaviour: DeliveryBehaviour = ORDINARY_DELIVERY;
  private readonly schedule = new Schedule();
  private readonly reorderer: Reorderer;
  /** What was sent before this number of resets is not tried again. */
  private life = 0;

  constructor(
    private readonly random: () => Random,
    private readonly log: RequestLog<SentDelivery, DeliveryFilter>,
    private readonly carry: Carry,
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

  /** Sends it now, once, whatever the behaviour says: Stripe's "resend". */
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
    const signature = signatureHeader(parcel.body, activeSecrets(endpoint, receivedAt), Math.floor(receivedAt / 1000));
    const ending = await this.carry(endpoint, headersOf(signature), parcel.body, timeoutMs);
    if (life !== this.life) return;
    const tookMs = Date.now() - receivedAt;
    const how = { copy, attempt, signature, receivedAt, tookMs, ending };
    this.log.add((seq) => ({ seq, ...wayOf(endpoint, parcel), ...how }));
    if (isTaken(ending)) return parcel.arrived();
    const delay = retryDelay(retries, attempt);
    if (delay !== undefined)
      this.schedule.after(delay, () => void this.attempt(endpoint, parcel, copy, attempt + 1, life));
  }

  private drop(endpoint: Endpoint, parcel: Parcel): void {
    const how = { copy: 1, attempt: 0, signature: undefined, receivedAt: Date.now(), tookMs: 0 };
    this.log.add((seq) => ({ seq, ...wayOf(endpoint, parcel), ...how, ending: { kind: 'dropped' } }));
  }
}

function headersOf(signature: string): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    accept: '*/*; q=0.5, application/xml',
    'cache-control': 'no-cache',
    'stripe-signature': signature,
  };
}
