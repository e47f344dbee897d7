import { ADDRESS_REFUSED } from '@signalbox/egress';
import type { AttemptOutcome } from '../push-provider.js';
import { doubling, spread, unsentTrouble } from '../retry-wait.js';
import type { AnsweredByPushService, WebPushAnswer } from './webpush-answer.js';

/** What has to be known besides the answer. */
export interface WebPushContext {
  readonly attempt: number;
  /** When the answer came. */
  readonly now: Date;
  /** Whether it is one of the push services that browsers have (known-services.ts), and no stranger's. */
  readonly isKnown: boolean;
}

type Verdict<Outcome = AttemptOutcome> = Outcome extends unknown ? Omit<Outcome, 'raw'> : never;
type Refused = AnsweredByPushService & { readonly said: string };
type Rule = (answer: Refused, context: WebPushContext, random: () => number) => Verdict;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const FIRST_RETRY_MS = 10 * SECOND;
/** The time that a person needs to look at a pair of keys. */
const KEYS_RETRY_MS = 5 * MINUTE;
/** What waited here until it was too late, while nothing was wrong with the connection: there was no room for it. */
const NO_ROOM = new Set(['NO_FREE_STREAM', 'TIMEOUT']);
/** The name servers say that there is no such host. Makers' names end in anything, so one of theirs may be made up as well. */
const NO_SUCH_HOST = new Set(['ENOTFOUND', 'ENODATA', 'name_not_resolved']);

/**
 * What push services answer and what it means to us; the row numbers are those of webpush-outcome.test.ts.
 * RFC 8030, sections 5 and 8; RFC 8292, section 4.2;
 * https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
 *
 * What happens to a dead subscription: it is `gone`, and its device deleted, in row 2 only. It becomes `suspect` (nothing is sent
 * until the page registers it again) when the push service does not take our key, our token or our message for it (3): most often
 * it was subscribed with another key. One answer is about the credential and not about the device, Apple's about a token that it
 * would take from nobody (4), and it counts only where a known service says it: these messages wait. It holds no credential: a
 * registration must not be able to stop an app's messages to everybody else, nor Apple those to Chrome. Nothing else touches a device.
 */
const TABLE: Readonly<Record<number, Rule>> = {
  /*  2 */ 404: gone,
  /*  2 */ 410: gone,
  /*  3 */ 400: notTakenFromUs,
  /*  3 */ 401: notTakenFromUs,
  /*  3, 4 */ 403: notTakenFromUs,
  /*  5 */ 413: ({ said }, context) => ({ kind: 'rejected', reason: said, ...alarm(context) }),
  /*  6 */ 406: notNow, // Windows, instead of 429: https://github.com/mastodon/mastodon/issues/4166
  /*  6 */ 429: notNow,
  /*  7 */ 500: serverFault,
};

/**
 * What an answer means for the delivery, the device and the credential. Pure but for `random`, which spreads retries of the same
 * moment: never earlier than asked, up to a fifth later.
 */
export function webPushOutcome(
  answer: WebPushAnswer,
  context: WebPushContext,
  random: () => number = Math.random,
): AttemptOutcome {
  return { ...verdict(answer, context, random), raw: { ...answer }, ...(!context.isKnown && { stranger: true }) };
}

function verdict(answer: WebPushAnswer, context: WebPushContext, random: () => number): Verdict {
  switch (answer.kind) {
    case 'answered':
      return answered(answer, context, random);
    case 'unprocessed': // 10
      return { kind: 'retry', reason: answer.code, afterMs: 0 };
    case 'unanswered': // 11
      return mayHaveArrived(answer.code, undefined, context, random);
    case 'unsent':
      return unsent(answer.code, context, random);
  }
}

function answered(answer: AnsweredByPushService, context: WebPushContext, random: () => number): Verdict {
  const { status, messageId } = answer;
  // 1. RFC 8030 has 201 and 202; old services say 200 or 204.
  if (status >= 200 && status < 300) {
    return { kind: 'sent', ...(messageId !== undefined && { providerMessageId: messageId }) };
  }
  const said = answer.reason ?? `status ${status}`;
  return (TABLE[status] ?? byStatus(status))({ ...answer, said }, context, random);
}

/** For every answer without a row of its own, new ones included: nothing here may touch the device. */
function byStatus(status: number): Rule {
  if (status < 500) return ({ said }, context) => ({ kind: 'rejected', reason: said, ...alarm(context) }); // 9
  return ({ said, retryAfterMs }, context, random) => mayHaveArrived(said, retryAfterMs, context, random); // 8
}

function gone({ said }: Refused, { now }: WebPushContext): Verdict {
  return { kind: 'gone', reason: said, goneAt: now };
}

function notTakenFromUs({ status, reason, said }: Refused, context: WebPushContext, random: () => number): Verdict {
  if (status === 403 && reason === 'BadJwtToken' && context.isKnown) {
    return { kind: 'retry', reason: said, afterMs: spread(KEYS_RETRY_MS, random), uncounted: true, alarm: true };
  }
  return { kind: 'suspect', reason: said, ...alarm(context) };
}

function notNow({ said, retryAfterMs }: Refused, { attempt }: WebPushContext, random: () => number): Verdict {
  return { kind: 'retry', reason: said, afterMs: spread(retryAfterMs ?? doubling(MINUTE, attempt), random) };
}

function serverFault({ said, retryAfterMs }: Refused, { attempt }: WebPushContext, random: () => number): Verdict {
  const afterMs = spread(retryAfterMs ?? doubling(FIRST_RETRY_MS, attempt), random);
  return { kind: 'retry', reason: said, afterMs, trouble: true };
}

/** A front end that gives up may have passed the message on before. */
function mayHaveArrived(
  reason: string,
  retryAfterMs: number | undefined,
  { attempt }: WebPushContext,
  random: () => number,
): Verdict {
  return { kind: 'ambiguous', reason, afterMs: spread(retryAfterMs ?? doubling(FIRST_RETRY_MS, attempt), random) };
}

/**
 * 12: nothing was sent, and it is no attempt. 13: of a host that nobody knows, or that has no address, it is one, for it may never
 * have existed. 14: it leads into somebody's network, and will not be tried again.
 */
function unsent(code: string, { attempt, isKnown }: WebPushContext, random: () => number): Verdict {
  if (code === ADDRESS_REFUSED) return { kind: 'rejected', reason: code };
  // A stranger's server may never have any, and keep its messages and our slots busy until they expire.
  const trouble = NO_ROOM.has(code) && isKnown ? {} : unsentTrouble(code);
  if (trouble.trouble === undefined || (isKnown && !NO_SUCH_HOST.has(code))) {
    return { kind: 'retry', reason: code, afterMs: spread(5 * SECOND, random), uncounted: true, ...trouble };
  }
  return { kind: 'retry', reason: code, afterMs: spread(doubling(FIRST_RETRY_MS, attempt), random), ...trouble };
}

/** What a stranger's server says is nothing that a person has to look at. */
function alarm({ isKnown }: WebPushContext): { readonly alarm?: true } {
  return isKnown ? { alarm: true } : {};
}
