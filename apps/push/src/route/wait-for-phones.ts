import type { Sql } from '@signalbox/database';
import { waitsForLocalTime } from '../policy/judge-rules.js';
import { distinctUsers, readStanding } from '../policy/standing.js';
import type { Addressed } from './addressed.js';
import type { Delay } from './delays.js';
import { passedOverAndChosen, type WaitingOf } from './plan-route.js';
import type { Proofs } from './proofs.js';

/**
 * Of what is for a time on each user's own clock: who has no phone that could be asked, though it is not that time for them. They are
 * put off until it is, on the clock of their preferences, else the app's; whoever has a phone by then gets it. What the policy says
 * is asked then: nothing is counted for somebody who may never get anything. One statement, where there is anybody. `now`:
 * milliseconds since 1970.
 */
export async function waitForPhones(
  tx: Sql,
  addressed: readonly Addressed[],
  proofs: Proofs,
  now: number,
): Promise<WaitingOf> {
  const without = addressed.flatMap((each) => phonelessOf(each, proofs).map((userId) => ({ each, userId })));
  if (without.length === 0) return new Map();
  const users = distinctUsers(
    without.map(({ each: { notification }, userId }) => ({ appId: notification.appId, userId })),
  );
  const { policyOf, userOf } = await readStanding(tx, [...new Set(users.map(({ appId }) => appId))], users);
  const waiting = without.flatMap(({ each, userId }): { each: Addressed; delay: Delay }[] => {
    const { notification, item } = each;
    const policy = policyOf(notification.appId);
    const zone = userOf(notification.appId, userId).timeZone ?? policy.document.defaults.timeZone;
    const verdict = waitsForLocalTime({ notification: notification.payload, policy, zone, now });
    if (verdict === undefined) return [];
    const later = { n: notification.id, u: userId, ...(item.c !== undefined && { c: item.c }) };
    return [{ each, delay: { notification, userId, deviceId: undefined, verdict, item: later } }];
  });
  const groups = Map.groupBy(waiting, ({ each }) => each);
  return new Map([...groups].map(([each, group]) => [each, group.map(({ delay }) => delay)]));
}

/** Who was put off already is not put off again. */
function phonelessOf(each: Addressed, proofs: Proofs): string[] {
  const { sendAt, to } = each.notification.payload;
  if (typeof sendAt !== 'object' || each.item.u !== undefined || 'installationId' in to) return [];
  const [, chosen] = passedOverAndChosen(each, proofs);
  const reached = new Set(chosen.map(({ of }) => of));
  return each.asked.filter((user) => !reached.has(user));
}
