import { hash } from 'node:crypto';
import { uuidAtTimeOf, type Uuid } from '@signalbox/contracts';

/**
 * The id of one notification on one device: the notification's time and a hash of both. Computed, never stored first,
 * so that routing twice or sending twice always names the same delivery. It is the apns-id on every attempt.
 */
export function deliveryIdOf(notification: Uuid, device: Uuid): Uuid {
  return uuidAtTimeOf(notification, hash('sha256', `${notification}/${device}`, 'hex'));
}

/**
 * The id of the delivery that repeats a dead one: of the notification's time as well, so that it is found with it, and
 * computed, so that the same letter replayed twice is the same delivery.
 */
export function replayIdOf(notification: Uuid, letter: Uuid): Uuid {
  return uuidAtTimeOf(notification, hash('sha256', `replay/${letter}`, 'hex'));
}
