import { timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { ownMomentOf } from '../clock/own-moment.js';
import { lifetimeOf } from '../work/lifetime.js';
import type { StoredNotification } from '../work/notifications-by-id.js';
import { ALL_CATEGORIES, rulesFor } from './app-policy.js';
import { judgeRules, needsZone, type Question } from './judge-rules.js';
import { type Capped, Meters } from './meters.js';
import { lookingOnce } from './quiet-window.js';
import { capWords, ruleWords } from './rule-words.js';
import { type AppUser, distinctUsers, readStanding, readZones, type Standing } from './standing.js';
import type { Verdict } from './verdict.js';

/** One notification on its way to one phone that could be asked now. */
export interface Candidate {
  readonly notification: Pick<StoredNotification, 'id' | 'appId' | 'payload'>;
  readonly device: {
    readonly id: Uuid;
    readonly userId: string | null;
    readonly platform: string;
    readonly locale: string | null;
    readonly timeZone: string | null;
  };
  /** The zone of the phone that the user was seen with last, where the caller knows all of the user's phones; undefined: unknown. */
  readonly userZone?: string | null;
}

export interface Judged {
  readonly verdict: Verdict;
  /** The language that was asked for by the user, the phone, or the app for all; undefined: by nobody. */
  readonly locale: string | undefined;
  /** Until when it lives for this user, in milliseconds since 1970, where that is not when the notification expires. */
  readonly expiresAt?: number;
}

const HOUR_SECONDS = 3_600;
const SILENT_CATEGORY = 'silent';

/**
 * Asks each app's policy about each candidate, inside a transaction: a verdict per notification and user, the same for all phones
 * of the user. One statement, unless the caller knows already how all of their users stand, and for those whom caps concern two more:
 * whoever is let through is counted by then. The order of the candidates decides who comes first under a cap.
 */
export async function judge(
  tx: Sql,
  candidates: readonly Candidate[],
  now: number,
  known?: Standing,
): Promise<ReadonlyMap<Candidate, Judged>> {
  if (candidates.length === 0) return new Map();
  const asked = await questionsOf(tx, candidates, now, known);
  const lookAt = lookingOnce();
  const ruled = asked.map((each) => ({ ...each, verdict: judgeRules(each.question, lookAt) }));
  const sent = ruled.filter(({ verdict }) => verdict.verdict === 'send');
  const meters = await Meters.lock(tx, sent.flatMap(cappedBy));
  const judged = new Map<Candidate, Judged>();
  for (const each of ruled) {
    const { candidate, question, verdict } = each;
    const { device } = candidate;
    const locale = question.user.locale ?? device.locale ?? question.policy.document.defaults.locale;
    const { expiresAt } = question.notification;
    judged.set(candidate, {
      verdict: verdict.verdict === 'send' ? underCaps(each, meters, now) : verdict,
      locale,
      ...(expiresAt !== candidate.notification.payload.expiresAt && { expiresAt: Date.parse(expiresAt) }),
    });
  }
  await meters.write(tx);
  return judged;
}

interface Asked {
  readonly candidate: Candidate;
  readonly question: Question;
}

async function questionsOf(
  tx: Sql,
  candidates: readonly Candidate[],
  now: number,
  known: Standing | undefined,
): Promise<Asked[]> {
  const apps = [...new Set(candidates.map(({ notification }) => notification.appId))];
  const standing = known ?? (await readStanding(tx, apps, distinctUsers(candidates.flatMap(userOf))));
  const asked = candidates.map((candidate) => {
    const { notification, device } = candidate;
    const policy = standing.policyOf(notification.appId);
    const user = standing.userOf(notification.appId, device.userId);
    const about = { notification: notification.payload, policy, user };
    const zone = user.timeZone ?? (device.userId === null ? device.timeZone : candidate.userZone);
    return { candidate, about, known: zone, wanted: zone === undefined && needsZone(about) };
  });
  const seen = await readZones(
    tx,
    distinctUsers(asked.filter(({ wanted }) => wanted).flatMap(({ candidate }) => userOf(candidate))),
  );
  return asked.map(({ candidate, about, known: own }) => {
    const zone = own ?? userOf(candidate).map(seen)[0] ?? about.policy.document.defaults.timeZone;
    return { candidate, question: { ...about, notification: onOwnClock(candidate.notification, zone), zone, now } };
  });
}

/** What is for a time on the user's own clock lives from that time on. */
function onOwnClock({ id, payload }: Candidate['notification'], zone: string): Question['notification'] {
  if (typeof payload.sendAt !== 'object') return payload;
  const beginsAt = Math.max(timeOfUuid(id), ownMomentOf(payload.sendAt, zone));
  return { ...payload, expiresAt: new Date(beginsAt + lifetimeOf(id, payload)).toISOString() };
}

function userOf({ notification: { appId }, device: { userId } }: Candidate): AppUser[] {
  return userId === null ? [] : [{ appId, userId }];
}

/** Who is counted: the user on all phones together, or a phone that is nobody's. */
function cappedBy({ candidate: { notification, device }, question: { policy } }: Asked): Capped[] {
  const { appId, payload } = notification;
  if (payload.silent === true) {
    const max = policy.document.defaults.silentPerHour;
    if (max === null || device.platform !== 'ios') return [];
    const caps = [{ max, perSeconds: HOUR_SECONDS }];
    return [{ appId, subject: `device:${device.id}`, category: SILENT_CATEGORY, caps }];
  }
  const { capped } = rulesFor(policy, payload.category, payload.lane);
  if (capped.length === 0) return [];
  const subject = device.userId === null ? `phone:${device.id}` : `user:${device.userId}`;
  return capped.map(({ meter, caps }) => ({ appId, subject, category: meter, caps }));
}

function underCaps(asked: Asked & { verdict: Verdict }, meters: Meters, now: number): Verdict {
  const { candidate, question, verdict } = asked;
  const { id, payload } = candidate.notification;
  const reached = meters.count(id, cappedBy(asked), now);
  if (reached === undefined) return verdict;
  const { version: policyVersion } = question.policy;
  const { meter, cap, passesFrom } = reached;
  const words = capWords(cap);
  if (payload.silent === true) {
    const rule = `policy v${policyVersion}: silent notifications, ${words} and iPhone`;
    return { verdict: 'refuse', policyVersion, reason: 'silent_budget', rule, passesFrom };
  }
  const rule = ruleWords(
    policyVersion,
    payload.category,
    meter === ALL_CATEGORIES ? `${words} over all categories` : words,
  );
  return { verdict: 'refuse', policyVersion, reason: 'frequency_cap', rule, passesFrom };
}
