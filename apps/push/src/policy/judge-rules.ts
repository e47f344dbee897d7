import type { Consent, NotificationAccepted } from '@signalbox/contracts';
import { ownMomentOf } from '../clock/own-moment.js';
import { ALL_CATEGORIES, type AppPolicy, rulesFor, type RulesOfCategory } from './app-policy.js';
import { quietAt } from './quiet-window.js';
import { ruleWords, windowWords } from './rule-words.js';
import type { UserStanding } from './user-standing.js';
import type { Delayed, Refused, Sent, Verdict } from './verdict.js';

/** May this notification go to this user now? */
export interface Question {
  readonly notification: Pick<NotificationAccepted, 'lane' | 'category' | 'silent' | 'sendAt' | 'expiresAt'>;
  readonly policy: AppPolicy;
  readonly user: UserStanding;
  /** The user's clock. */
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Whether the answer depends on what time it is for the user. */
export function needsZone({ notification, policy, user }: Omit<Question, 'zone' | 'now'>): boolean {
  if (typeof notification.sendAt === 'object') return true;
  const windows = user.quietHours ?? policy.document.defaults.quietHours ?? [];
  if (windows.length === 0 || notification.silent === true) return false;
  return rulesFor(policy, notification.category, notification.lane).quietHours !== 'ignore';
}

/**
 * What consent, the user's own time and quiet hours say, in this order: whoever does not want it is not put off till the morning to
 * be refused then. Caps come after it (meters.ts), since only what is sent now is counted. Pure; `lookAt` may remember.
 */
export function judgeRules(question: Question, lookAt = quietAt): Verdict {
  const { notification, policy } = question;
  const rules = rulesFor(policy, notification.category, notification.lane);
  return refusedConsent(question, rules) ?? waitsForLocalTime(question) ?? duringQuietHours(question, rules, lookAt);
}

function refusedConsent({ notification, policy, user }: Question, rules: RulesOfCategory): Refused | undefined {
  if (rules.mandatory) return undefined;
  const { category } = notification;
  const refuse = (reason: 'opted_out' | 'not_opted_in', words: string): Refused => ({
    verdict: 'refuse',
    policyVersion: policy.version,
    reason,
    rule: ruleWords(policy.version, category, words),
  });
  const own = choiceOf(user, category);
  if (own === 'out') return refuse('opted_out', 'the user opted out of it');
  const general = choiceOf(user, ALL_CATEGORIES);
  if (own === undefined && general === 'out') return refuse('opted_out', 'the user opted out of everything (*)');
  if (own === undefined && general === undefined && rules.consent === 'out')
    return refuse('not_opted_in', 'only for users who opted in');
  return undefined;
}

function choiceOf({ choices }: UserStanding, category: string | undefined): Consent | undefined {
  return category !== undefined && Object.hasOwn(choices, category) ? choices[category] : undefined;
}

/** What is for a time on the user's own clock waits until those show it. */
export function waitsForLocalTime({
  notification: { sendAt },
  policy,
  zone,
  now,
}: Omit<Question, 'user'>): Delayed | undefined {
  if (typeof sendAt !== 'object') return undefined;
  const until = ownMomentOf(sendAt, zone);
  if (until <= now) return undefined;
  const rule = `sendAt ${sendAt.local} on the user's clock`;
  return { verdict: 'delay', policyVersion: policy.version, until, reason: 'local_time', rule };
}

function duringQuietHours(
  { notification, policy, user, zone, now }: Question,
  rules: RulesOfCategory,
  lookAt: typeof quietAt,
): Verdict {
  const policyVersion = policy.version;
  const send = (quietly: boolean, askAgainAt?: number): Sent => {
    return { verdict: 'send', policyVersion, quietly, ...(askAgainAt === undefined ? {} : { askAgainAt }) };
  };
  const windows = user.quietHours ?? policy.document.defaults.quietHours ?? [];
  if (windows.length === 0 || rules.quietHours === 'ignore' || notification.silent === true) return send(false);
  const expiresAt = Date.parse(notification.expiresAt);
  const quiet = lookAt(windows, zone, now);
  if (!quiet.quiet)
    return send(false, quiet.nextAt !== undefined && quiet.nextAt < expiresAt ? quiet.nextAt : undefined);
  const { until, window } = quiet;
  // Facts go to whoever reads the feed: of what is the user's own, hours and zone, they tell no more than that it was in the way.
  const hours = user.quietHours === null ? `quiet hours ${windowWords(window)}` : "the user's quiet hours";
  const rule = (words: string): string => ruleWords(policyVersion, notification.category, words);
  switch (rules.quietHours) {
    case 'silent': {
      const { quietChannelId } = policy.document.defaults;
      return { ...send(true), ...(quietChannelId !== undefined && { quietChannelId }) };
    }
    case 'drop': {
      const dropped = rule(`dropped in ${hours}`);
      return { verdict: 'refuse', policyVersion, reason: 'quiet_hours', rule: dropped, passesFrom: until };
    }
    case 'delay': {
      if (until < expiresAt)
        return { verdict: 'delay', policyVersion, until, reason: 'quiet_hours', rule: rule(`delayed in ${hours}`) };
      const tooLate = rule(`it expires before the end of ${hours}`);
      return { verdict: 'refuse', policyVersion, reason: 'quiet_hours', rule: tooLate, passesFrom: until };
    }
  }
}
