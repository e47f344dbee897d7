import { createHash } from 'node:crypto';
import { timeOfUuid, uuidFromTimeAndTail, type Uuid } from './ids.js';

/**
 * The id of the notification that tells a user of a fact: about their money, or about who signed in. Whoever makes it and whoever looks for it
 * compute the same: one fact is never told twice, and a payment's timeline finds the notification by its primary key. It
 * carries the fact's time, so it lies in the same day's partition.
 */
export function noticeIdOf(factId: Uuid): Uuid {
  return uuidFromTimeAndTail(timeOfUuid(factId), createHash('sha256').update(`payment-notice:${factId}`).digest());
}
