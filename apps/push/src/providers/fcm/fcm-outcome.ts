import type { AttemptOutcome } from '../push-provider.js';
import { doubling, spread, unsentTrouble } from '../retry-wait.js';
import {
  errorCodeOf,
  isProjectQuota,
  violatedFields,
  type AnsweredByFcm,
  type FcmAnswer,
  type UnauthorizedByGoogle,
} from './fcm-answer.js';

/** What has to be known besides Google's answer. */
export interface FcmContext {
  readonly attempt: number;
  /** When the answer came. */
  readonly now: Date;
  /** Whether Google has accepted anything from this credential: it tells a faulty credential from a fault of some devices. */
  readonly accepted: boolean;
}

type Verdict<Outcome = AttemptOutcome> = Outcome extends unknown ? Omit<Outcome, 'raw'> : never;
type Refused = AnsweredByFcm & { readonly reason: string };
type Rule = (answer: Refused, context: FcmContext, random: () => number) => Verdict;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Google asks for ten seconds before a retry at least: https://firebase.google.com/docs/cloud-messaging/scale-fcm */
const FIRST_RETRY_MS = 10 * SECOND;
const CONFIGURATION_HOLD_MS = 5 * MINUTE;
/** A younger access token that is refused will not be better after a refresh. */
const FRESH_TOKEN_MS = MINUTE;
/** The token endpoint is unreachable or has a fault: sooner tried again than a refusal. */
const OAUTH_OUTAGE_HOLD_MS = 15 * SECOND;
/** An answer that says nothing is worth two more tries; then a person has to look at it. */
const UNSPECIFIED_ATTEMPTS = 3;

/** Google's sentence for a malformed token; neither a code nor a field says it. Anything else is taken for a payload fault. */
const NOT_A_TOKEN = /not a valid FCM registration token/i;
/** The fields of the request that hold the device's address. */
const TARGET_FIELDS = new Set(['message.token', 'message.fid']);

/**
 * Google's answers and what they mean to us; the row numbers are those of fcm-outcome.test.ts.
 * https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
 *
 * What happens to a dead token: it is `gone`, and its device deleted, in row 8 only: status 404 with FcmError
 * UNREGISTERED. A 404 without that detail (9) says that Google does not know our project or address, and would delete
 * every device of the app if it were believed. A token becomes `suspect` (nothing is sent until it registers again) when
 * Google calls the token itself malformed (1, 2) or another sender's (7). Nothing else touches a token. What becomes of deleted and suspect devices afterwards is the same for
 * every provider: see apns-outcome.ts.
 *
 * The code of the client library's error is never asked: it calls rows 4 and 5, 6 and 7, 8 and 9 the same.
 */
const TABLE: Readonly<Record<string, Rule>> = {
  /*  1-3 */ '400 INVALID_ARGUMENT': invalidArgument,
  /*  1-3 */ '400 none': invalidArgument,
  /*  4 */ '401 none': unauthenticated,
  /*  5 */ '401 THIRD_PARTY_AUTH_ERROR': thirdPartyAuthError,
  /*  5 */ '401 APNS_AUTH_ERROR': thirdPartyAuthError,
  /*  6 */ '403 none': credentialFault,
  /*  7 */ '403 SENDER_ID_MISMATCH': ({ reason }) => ({ kind: 'suspect', reason, alarm: true }),
  /*  8 */ '404 UNREGISTERED': ({ reason }, { now }) => ({ kind: 'gone', reason, goneAt: now }),
  /*  9 */ '404 none': credentialFault,
  /* 11 */ '500 INTERNAL': retryLater,
  /* 11 */ '500 none': retryLater,
};

/**
 * What an answer of Google means for the delivery, the device and the credential. Pure but for `random`, which spreads
 * retries of the same moment: never earlier than asked, up to a fifth later.
 */
export function fcmOutcome(answer: FcmAnswer, context: FcmContext, random: () => number = Math.random): AttemptOutcome {
  return { ...verdict(answer, context, random), raw: answer };
}

/** Whether the access token that was refused should be replaced by a new one. */
export function refusesToken(answer: FcmAnswer): boolean {
  return answer.kind === 'answered' && answer.status === 401 && errorCodeOf(answer.error) === undefined;
}

function verdict(answer: FcmAnswer, context: FcmContext, random: () => number): Verdict {
  switch (answer.kind) {
    case 'answered':
      return answered(answer, context, random);
    case 'unprocessed':
      return { kind: 'retry', reason: answer.code, afterMs: 0 };
    case 'unanswered': // 15
      return unknown(answer.code, undefined, context, random);
    case 'unauthorized': // 16
      return unauthorized(answer);
    case 'unsent':
      return {
        kind: 'retry',
        reason: answer.code,
        afterMs: spread(5 * SECOND, random),
        uncounted: true,
        ...unsentTrouble(answer.code),
      };
    case 'refused':
      return { kind: 'rejected', reason: answer.message, alarm: true };
  }
}

function answered(answer: AnsweredByFcm, context: FcmContext, random: () => number): Verdict {
  const { status, messageId, error } = answer;
  if (status === 200 && error === undefined)
    return { kind: 'sent', ...(messageId !== undefined && { providerMessageId: messageId }) };
  const code = errorCodeOf(error);
  const refused = { ...answer, reason: code ?? error?.status ?? `status ${status}` };
  if (code === 'UNSPECIFIED_ERROR') return unspecified(refused, context, random); // 14
  const rule = TABLE[`${status} ${code ?? 'none'}`] ?? byStatus(status);
  return rule(refused, context, random);
}

/** For every answer without a row of its own, new ones included: nothing here may touch the token. */
function byStatus(status: number): Rule {
  if (status === 429) return quotaExceeded; // 10
  if (status >= 400 && status < 500) return ({ reason }) => ({ kind: 'rejected', reason, alarm: true });
  return serverFault; // 12, 13
}

/** One status for a bad token, a bad field and a message that is too big. */
function invalidArgument({ reason, error }: Refused): Verdict {
  const fields = violatedFields(error);
  const isAboutTarget = fields?.length
    ? fields.every((field) => TARGET_FIELDS.has(field))
    : NOT_A_TOKEN.test(error?.message ?? '');
  return isAboutTarget ? { kind: 'suspect', reason } : { kind: 'rejected', reason, alarm: true };
}

/** An access token may be revoked before its time: a new one is worth one try, and only one. */
function unauthenticated({ reason, tokenAgeMs }: Refused): Verdict {
  return tokenAgeMs < FRESH_TOKEN_MS ? credentialFault({ reason }) : { kind: 'retry', reason, afterMs: 0 };
}

/**
 * Apple, or a browser's push service, refuses what Firebase has for it: that is for a person to repair in the Firebase
 * console. While the credential works for other phones they must go on, so only these wait.
 */
function thirdPartyAuthError({ reason }: Refused, { accepted, attempt }: FcmContext, random: () => number): Verdict {
  if (!accepted) return credentialFault({ reason });
  return { kind: 'retry', reason, afterMs: spread(doubling(CONFIGURATION_HOLD_MS, attempt), random), alarm: true };
}

function credentialFault({ reason }: { reason: string }): Verdict {
  return { kind: 'hold-credential', reason, untilMs: CONFIGURATION_HOLD_MS, alarm: true };
}

/** The project's quota stops all its work; that of one device or topic stops nobody else. */
function quotaExceeded(
  { reason, error, retryAfterMs }: Refused,
  { attempt }: FcmContext,
  random: () => number,
): Verdict {
  if (isProjectQuota(error)) return { kind: 'hold-project', reason, untilMs: retryAfterMs ?? MINUTE, alarm: true };
  return { kind: 'retry', reason, afterMs: spread(retryAfterMs ?? doubling(MINUTE, attempt), random) };
}

function retryLater({ reason, retryAfterMs }: Refused, { attempt }: FcmContext, random: () => number): Verdict {
  const afterMs = spread(retryAfterMs ?? doubling(FIRST_RETRY_MS, attempt), random);
  return { kind: 'retry', reason, afterMs, trouble: true };
}

/** An overloaded front end may have passed the message on before it gave up: https://github.com/firebase/firebase-admin-node/issues/1248 */
function serverFault({ reason, retryAfterMs }: Refused, context: FcmContext, random: () => number): Verdict {
  return unknown(reason, retryAfterMs, context, random);
}

function unknown(
  reason: string,
  retryAfterMs: number | undefined,
  { attempt }: FcmContext,
  random: () => number,
): Verdict {
  return { kind: 'ambiguous', reason, afterMs: spread(retryAfterMs ?? doubling(FIRST_RETRY_MS, attempt), random) };
}

function unspecified(answer: Refused, context: FcmContext, random: () => number): Verdict {
  const { attempt } = context;
  const afterMs = spread(answer.retryAfterMs ?? doubling(FIRST_RETRY_MS, attempt), random);
  const last = attempt >= UNSPECIFIED_ATTEMPTS ? { alarm: true as const } : {};
  return { kind: 'retry', reason: answer.reason, afterMs, atMost: UNSPECIFIED_ATTEMPTS, ...last };
}

/** Not an attempt at the device: nothing was sent. */
function unauthorized({ code, status }: UnauthorizedByGoogle): Verdict {
  const isRefusal = status !== undefined && status >= 400 && status < 500 && status !== 429;
  const untilMs = isRefusal ? CONFIGURATION_HOLD_MS : OAUTH_OUTAGE_HOLD_MS;
  return { kind: 'hold-credential', reason: `oauth: ${code}`, untilMs, alarm: true };
}
