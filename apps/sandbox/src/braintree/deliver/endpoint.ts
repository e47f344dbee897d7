import type { DeliveryBehaviour } from '../../deliver/delivery-behaviour.js';
import type { Kind, Notification } from '../notifications/notification.js';
import type { KeyPair } from '../world/merchant.js';

/** Where a merchant's webhooks go. */
export interface Endpoint {
  readonly id: string;
  readonly merchantId: string;
  readonly url: string;
  /** Absent: every kind. */
  readonly kinds: readonly Kind[] | undefined;
  status: 'disabled' | 'enabled';
  /** Absent: what holds for all endpoints. */
  behaviour?: DeliveryBehaviour;
}

/** What is on its way: the same payload on every attempt, signed with the keys of that moment. */
export interface Parcel {
  readonly notification: Notification;
  readonly payload: string;
  readonly keys: () => readonly KeyPair[];
}
