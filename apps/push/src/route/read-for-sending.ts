import type { NewWork } from '@signalbox/queues';
import type { ReadForSending } from '../work/just-read.js';
import type { Planned } from './plan-items.js';

/**
 * What the send of a row need not read again, since its plan was made from it. Undefined where sending has to look for itself: while
 * the credential is held, and where a part of the row may have been tried before. A whole notification is routed once, by the one row
 * that names it, so nothing of it has a delivery yet; a part, for a user or a phone, may have been put off or handed back.
 *
 * `at`: before it was read, on the monotonic clock.
 */
export function readForSending(
  { appId, credentialId }: NewWork,
  { notifications, found }: Planned,
  at: number,
): ReadForSending | undefined {
  const { addressed, credentials, standing, devices } = found;
  const isFirst = addressed.every(({ item }) => item.u === undefined && item.v === undefined);
  const credential = Object.values(credentials)
    .map((ofProvider) => ofProvider.get(appId!))
    .find((each) => each?.id === credentialId);
  if (!isFirst || standing === undefined || credential === undefined || credential.held) return undefined;
  const { categories } = standing.policyOf(appId!).document;
  const atMostOnce = Object.keys(categories).filter((name) => categories[name]!.guarantee === 'at-most-once');
  return { notifications, devices, credential, atMostOnce: new Set(atMostOnce), at };
}
