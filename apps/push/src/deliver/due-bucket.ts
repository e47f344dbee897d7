/**
 * Rounds a due time up, so that retries which are due about the same time share a work row: to the second for the next
 * minute, to five seconds beyond. Never early: a provider's Retry-After is a promise.
 */
export function dueBucket(due: Date, now: Date): Date {
  const step = due.getTime() - now.getTime() <= 60_000 ? 1_000 : 5_000;
  return new Date(Math.ceil(due.getTime() / step) * step);
}
