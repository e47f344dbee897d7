import type { Lane } from '@signalbox/contracts';
import type { AttemptOutcome } from '../push-provider.js';
import { doubling, spread, unsentTrouble } from '../retry-wait.js';
import type { AnsweredByApns, ApnsAnswer } from './apns-answer.js';

/** What has to be known besides Apple's answer. */
export interface ApnsContext {
  readonly attempt: number;
  readonly priority: Lane;
  readonly registeredAt: Date;
  /**
   * Where this credential has been accepted so far: `here` with this topic and environment, `elsewhere` only with
   * another one, or `nowhere`. It tells a faulty device row from a faulty credential, which one phone must not be able to hold up.
   */
  readonly accepted: 'here' | 'elsewhere' | 'nowhere';
}

type Verdict<Outcome = AttemptOutcome> = Outcome extends unknown ? Omit<Outcome, 'raw'> : never;
type Answered = AnsweredByApns & { readonly reason: string };
type Rule = (answer: Answered, context: ApnsContext, random: () => number) => Verdict;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Apple refuses a provider token older than 60 minutes; we renew at 50, so a younger one that is "expired" means a wrong clock. */
export const RENEW_PROVIDER_TOKEN_AFTER_MS = 50 * MINUTE;
const CONFIGURATION_HOLD_MS = 5 * MINUTE;

/**
 * Apple's answers and what they mean to us; the row numbers are those of apns-outcome.test.ts.
 * https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 *
 * What happens to a dead token: it is `gone`, and its device deleted, in rows 12 and 13 only: Apple says 410, and its
 * time is not older than the last registration. It becomes `suspect` (nothing is sent until it registers again or is tried, below) when Apple
 * does not know it (2), when it belongs to another app or environment than the registration says (3, 5, 10), and for a
 * 410 without a time. Nothing else touches a token: most answers in the 400s are about our request or our key, and a
 * deleted token does not come back by itself. `Deleted` is a mark that can be undone, and while a credential's answers
 * call more devices gone than usual they are suspect instead (deletion-guards/). A suspect device is tried once more a
 * day later: sent, and it is active again; refused a second time, and it is deleted (deliver/judge-device.ts).
 */
const TABLE: Readonly<Record<string, Rule>> = {
  /*  2 */ '400 BadDeviceToken': ({ reason }) => ({ kind: 'suspect', reason }),
  /*  3 */ '400 DeviceTokenNotForTopic': ({ reason }) => ({ kind: 'suspect', reason, alarm: true }),
  /*  5 */ '400 BadTopic': outOfScope,
  /*  5 */ '400 MissingTopic': outOfScope,
  /*  5 */ '400 TopicDisallowed': outOfScope,
  /*  6 */ '400 IdleTimeout': ({ reason }) => ({ kind: 'retry', reason, afterMs: 0 }),
  /*  7 */ '403 ExpiredProviderToken': expiredProviderToken,
  /*  8 */ '403 InvalidProviderToken': credentialFault,
  /*  8 */ '403 MissingProviderToken': credentialFault,
  /*  8 */ '403 BadCertificate': credentialFault,
  /*  8 */ '403 BadCertificateEnvironment': credentialFault,
  // Apple documents the first spelling, its servers send the second.
  /* 10 */ '403 BadEnvironmentKeyIdInToken': outOfScope,
  /* 10 */ '403 BadEnvironmentKeyInToken': outOfScope,
  /* 10 */ '403 UnrelatedKeyIdInToken': credentialFault,
  /* 12 */ '410 Unregistered': unregistered,
  /* 13 */ '410 ExpiredToken': unregistered,
  /* 14 */ '413 PayloadTooLarge': ({ reason }) => ({ kind: 'rejected', reason }),
  /* 16 */ '429 TooManyProviderTokenUpdates': ({ reason }) => ({
    kind: 'hold-credential',
    reason,
    untilMs: 20 * MINUTE,
    alarm: true,
  }),
  /* 18 */ '503 Shutdown': ({ reason }, _context, random) => ({
    kind: 'retry',
    reason,
    afterMs: spread(SECOND, random),
  }),
};

/** Reasons after which nothing more should be sent on this connection; what it carries may still be answered. */
const ENDS_CONNECTION = new Set([
  'IdleTimeout',
  'InvalidProviderToken',
  'MissingProviderToken',
  'BadCertificate',
  'BadCertificateEnvironment',
  'UnrelatedKeyIdInToken',
  'TooManyProviderTokenUpdates',
  'InternalServerError',
  'Shutdown',
]);

/**
 * What an answer of Apple means for the delivery, the device and the credential. Pure but for `random`, which spreads
 * retries of the same moment: never earlier than asked, up to a fifth later.
 */
export function apnsOutcome(
  answer: ApnsAnswer,
  context: ApnsContext,
  random: () => number = Math.random,
): AttemptOutcome {
  // Nearly all of them, with nothing to look up.
  if (answer.kind === 'answered' && answer.status === 200) return sent(answer); // 1
  return { ...verdict(answer, context, random), raw: answer };
}

function sent(answer: AnsweredByApns): AttemptOutcome {
  const { apnsId } = answer;
  return apnsId === undefined
    ? { kind: 'sent', raw: answer }
    : { kind: 'sent', providerMessageId: apnsId, raw: answer };
}

/** Whether the connection that gave this answer should be left for a new one. */
export function endsConnection(answer: ApnsAnswer): boolean {
  return answer.kind === 'answered' && answer.reason !== undefined && ENDS_CONNECTION.has(answer.reason);
}

function verdict(answer: ApnsAnswer, context: ApnsContext, random: () => number): Verdict {
  switch (answer.kind) {
    case 'answered':
      return answered({ ...answer, reason: answer.reason ?? `status ${answer.status}` }, context, random);
    case 'unprocessed': // 19
      return { kind: 'retry', reason: answer.code, afterMs: 0 };
    case 'unanswered': // 20
      return { kind: 'ambiguous', reason: answer.code, afterMs: spread(doubling(2 * SECOND, context.attempt), random) };
    case 'unsent':
      return {
        kind: 'retry',
        reason: answer.code,
        afterMs: spread(5 * SECOND, random),
        uncounted: true,
        ...unsentTrouble(answer.code),
      };
  }
}

function answered(answer: Answered, context: ApnsContext, random: () => number): Verdict {
  const { status, reason } = answer;
  const rule = TABLE[`${status} ${reason}`] ?? byStatus(status);
  return rule(answer, context, random);
}

/** For every reason without a row of its own, new ones included: nothing here may touch the token. */
function byStatus(status: number): Rule {
  if (status === 429) return tooManyRequests; // 15
  if (status >= 400 && status < 500) return ({ reason }) => ({ kind: 'rejected', reason, alarm: true }); // 4, 9, 11, 21
  return serverFault; // 17, 18
}

function credentialFault({ reason }: { reason: string }): Verdict {
  return { kind: 'hold-credential', reason, untilMs: CONFIGURATION_HOLD_MS, alarm: true };
}

/**
 * The key may not be used for this bundle id or environment. When the same key has just worked for another one and
 * never for this, the device row is what is wrong: holding the credential would let one phone stop everybody.
 */
function outOfScope({ reason }: { reason: string }, context: ApnsContext): Verdict {
  if (context.accepted === 'elsewhere') return { kind: 'suspect', reason, alarm: true };
  return credentialFault({ reason });
}

function expiredProviderToken({ reason, jwtAgeMs }: Answered): Verdict {
  if (jwtAgeMs >= RENEW_PROVIDER_TOKEN_AFTER_MS) return { kind: 'retry', reason, afterMs: 0 };
  return credentialFault({ reason: 'ClockSkew' });
}

function unregistered({ reason, timestamp }: Answered, context: ApnsContext): Verdict {
  if (timestamp === undefined) return { kind: 'suspect', reason };
  if (timestamp < context.registeredAt.getTime()) return { kind: 'rejected', reason: 'RegisteredAgainSince' };
  return { kind: 'gone', reason, goneAt: new Date(timestamp) };
}

/** About this device only, so nothing else waits. */
function tooManyRequests({ reason, retryAfterMs }: Answered, { attempt }: ApnsContext, random: () => number): Verdict {
  return { kind: 'retry', reason, afterMs: spread(retryAfterMs ?? doubling(MINUTE, attempt), random) };
}

/** Apple asks for 15 minutes. A login code is worthless by then, so transactional work tries once more soon. */
function serverFault(
  { reason, retryAfterMs }: Answered,
  { attempt, priority }: ApnsContext,
  random: () => number,
): Verdict {
  const asked =
    priority === 'bulk'
      ? doubling(15 * MINUTE, attempt)
      : attempt === 1
        ? 5 * SECOND
        : doubling(15 * MINUTE, attempt - 1);
  return { kind: 'retry', reason, afterMs: spread(retryAfterMs ?? asked, random), trouble: true };
}
