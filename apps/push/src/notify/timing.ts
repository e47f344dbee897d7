import { firstMomentOf, lastMomentOf, type NotificationAccepted, type SendAt } from '@signalbox/contracts';
import { problems } from '@signalbox/http';

const DAY_MS = 24 * 3_600_000;

/** Days that a message lives at most once its time has come: no provider keeps one longer. */
const LIFE_DAYS = 30;

/** What a notification says of its time, and when it is to be routed; `dueAt` in milliseconds since 1970, absent: at once. */
export interface Timing {
  readonly told: Pick<NotificationAccepted, 'sendAt' | 'expiresAt'>;
  readonly dueAt?: number;
}

/**
 * What it was asked to be, in words that are the same in every zone. Its time to live counts from its time; where that is one of
 * each user's own clock, it ends when it has ended at the last place on earth.
 */
export function timingOf(
  acceptedAt: number,
  { sendAt, ttlSeconds }: { readonly sendAt?: SendAt | undefined; readonly ttlSeconds: number },
): Timing {
  const lastAt = sendAt === undefined ? acceptedAt : Math.max(acceptedAt, lastMomentOf(sendAt));
  const expiresAt = new Date(lastAt + ttlSeconds * 1_000).toISOString();
  if (sendAt === undefined) return { told: { expiresAt } };
  const told = typeof sendAt === 'string' ? new Date(sendAt).toISOString() : sendAt;
  return { told: { sendAt: told, expiresAt }, dueAt: firstMomentOf(sendAt) };
}

/**
 * How many days ahead notifications may be scheduled, so that neither the log nor the outcomes forget them while they wait.
 * `keptDays` undefined: for good.
 */
export function daysAhead(...keptDays: readonly (number | undefined)[]): number {
  return Math.min(...keptDays.map((days) => (days === undefined ? Infinity : days - LIFE_DAYS)));
}

/**
 * `acceptedAt` (milliseconds since 1970) of one that is there already: what is kept is kept from then on, however often it is edited.
 *
 * @throws Problem 422 for what would be forgotten before its time has come.
 */
export function refuseTooFarAhead(sendAt: SendAt | undefined, days: number, acceptedAt?: number): void {
  if (sendAt === undefined || firstMomentOf(sendAt) <= (acceptedAt ?? Date.now()) + days * DAY_MS) return;
  const from = acceptedAt === undefined ? 'ahead' : `after ${new Date(acceptedAt).toISOString()}, when it was accepted`;
  const reason = `must be at most ${days} days ${from}: notifications are kept for ${days + LIFE_DAYS} days here`;
  throw problems.invalid([{ pointer: '/options/sendAt', reason }]);
}
