import { describe, expect, it } from '@jest/globals';
import type { AttemptOutcome } from '../push-provider.js';
import type { AnsweredByFcm, FcmAnswer, GoogleError } from './fcm-answer.js';
import { type FcmContext, fcmOutcome, refusesToken } from './fcm-outcome.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOW = new Date('2026-03-01T12:00:00Z');

interface Row {
  readonly row: number;
  readonly says: string;
  readonly answer: FcmAnswer;
  readonly context?: Partial<FcmContext>;
  readonly means: Partial<AttemptOutcome>;
}

type Detail = NonNullable<GoogleError['details']>[number];

const fcmError = (errorCode: string): Detail => ({
  '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError',
  errorCode,
});
const violations = (...fields: string[]): Detail => ({
  '@type': 'type.googleapis.com/google.rpc.BadRequest',
  fieldViolations: fields.map((field) => ({ field, description: 'no' })),
});
const quota = (subject: string): Detail => ({
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ subject, description: 'Message rate exceeded' }],
});
const errorInfo = (reason: string): Detail => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
});

/** Answered in Google's form. */
function google(
  status: number,
  name: string,
  details: Detail[] = [],
  more: Partial<AnsweredByFcm> & { message?: string } = {},
): AnsweredByFcm {
  const { message = 'Some sentence.', ...rest } = more;
  const error = { code: status, status: name, message, ...(details.length > 0 && { details }) };
  return { kind: 'answered', status, error, tokenAgeMs: 30 * MINUTE, ...rest };
}

/** Answered by whatever stands before Google's servers. */
const page = (status: number): AnsweredByFcm => ({
  kind: 'answered',
  status,
  text: '<!DOCTYPE html><title>Error</title>',
  tokenAgeMs: 30 * MINUTE,
});

const retry = (afterMs: number): Partial<AttemptOutcome> => ({ kind: 'retry', afterMs });
const ambiguous = (afterMs: number): Partial<AttemptOutcome> => ({ kind: 'ambiguous', afterMs });
const hold: Partial<AttemptOutcome> = { kind: 'hold-credential', untilMs: 5 * MINUTE, alarm: true };
const refused: Partial<AttemptOutcome> = { kind: 'rejected', alarm: true };
const suspect: Partial<AttemptOutcome> = { kind: 'suspect' };

/** One row per line of the table of Google's answers, with the variants that change the verdict. */
const ROWS: readonly Row[] = [
  {
    row: 1,
    says: '400 INVALID_ARGUMENT, not a registration token',
    answer: google(400, 'INVALID_ARGUMENT', [fcmError('INVALID_ARGUMENT')], {
      message: 'The registration token is not a valid FCM registration token',
    }),
    means: suspect,
  },
  {
    row: 2,
    says: '400 with field violations, no FcmError',
    answer: google(400, 'INVALID_ARGUMENT', [violations('message.data[0].value')]),
    means: refused,
  },
  ...['message.token', 'message.fid'].map((field): Row => ({
    row: 2,
    says: `400 with a field violation of ${field}`,
    answer: google(400, 'INVALID_ARGUMENT', [violations(field), fcmError('INVALID_ARGUMENT')]),
    means: suspect,
  })),
  {
    row: 2,
    says: '400 with field violations of the token and of something else',
    answer: google(400, 'INVALID_ARGUMENT', [violations('message.token', 'message.android.ttl')]),
    means: refused,
  },
  {
    row: 2,
    says: '400 whose sentence is about tokens, while its field is another',
    answer: google(400, 'INVALID_ARGUMENT', [violations('message.data[0].value')], {
      message: 'not a valid FCM registration token',
    }),
    means: refused,
  },
  ...['Message is too big', 'Invalid data payload key: gcm', 'Invalid TTL', 'The package name does not match'].map(
    (message): Row => ({
      row: 3,
      says: `400 INVALID_ARGUMENT, ${message}`,
      answer: google(400, 'INVALID_ARGUMENT', [fcmError('INVALID_ARGUMENT')], { message }),
      means: refused,
    }),
  ),
  {
    row: 4,
    says: '401 without details, access token that worked for a while',
    answer: google(401, 'UNAUTHENTICATED', [errorInfo('ACCESS_TOKEN_EXPIRED')], { tokenAgeMs: MINUTE }),
    means: retry(0),
  },
  {
    row: 4,
    says: '401 without details, fresh access token',
    answer: google(401, 'UNAUTHENTICATED', [], { tokenAgeMs: MINUTE - 1 }),
    means: hold,
  },
  ...['THIRD_PARTY_AUTH_ERROR', 'APNS_AUTH_ERROR'].flatMap((code): Row[] => [
    { row: 5, says: `401 ${code}`, answer: google(401, 'UNAUTHENTICATED', [fcmError(code)]), means: hold },
    {
      row: 5,
      says: `401 ${code}, while other phones are reached`,
      answer: google(401, 'UNAUTHENTICATED', [fcmError(code)]),
      context: { accepted: true, attempt: 2 },
      means: { ...retry(10 * MINUTE), alarm: true },
    },
  ]),
  { row: 6, says: '403 PERMISSION_DENIED', answer: google(403, 'PERMISSION_DENIED'), means: hold },
  {
    row: 6,
    says: '403 PERMISSION_DENIED, API disabled, although messages were accepted before',
    answer: google(403, 'PERMISSION_DENIED', [errorInfo('SERVICE_DISABLED')]),
    context: { accepted: true },
    means: hold,
  },
  {
    row: 7,
    says: '403 SENDER_ID_MISMATCH',
    answer: google(403, 'PERMISSION_DENIED', [fcmError('SENDER_ID_MISMATCH')]),
    means: { ...suspect, alarm: true },
  },
  {
    row: 8,
    says: '404 UNREGISTERED',
    answer: google(404, 'NOT_FOUND', [fcmError('UNREGISTERED')]),
    means: { kind: 'gone', reason: 'UNREGISTERED', goneAt: NOW },
  },
  { row: 9, says: '404 NOT_FOUND without details', answer: google(404, 'NOT_FOUND'), means: hold },
  {
    row: 9,
    says: '404 without details, although messages were accepted before',
    answer: google(404, 'NOT_FOUND'),
    context: { accepted: true },
    means: hold,
  },
  { row: 9, says: '404 with a page', answer: page(404), means: hold },
  {
    row: 10,
    says: '429 QUOTA_EXCEEDED of the device with Retry-After',
    answer: google(429, 'RESOURCE_EXHAUSTED', [fcmError('QUOTA_EXCEEDED'), quota('device')], {
      retryAfterMs: 7 * SECOND,
    }),
    means: retry(7 * SECOND),
  },
  {
    row: 10,
    says: '429 QUOTA_EXCEEDED that does not say of what',
    answer: google(429, 'RESOURCE_EXHAUSTED', [fcmError('QUOTA_EXCEEDED')]),
    means: retry(MINUTE),
  },
  {
    row: 10,
    says: '429 QUOTA_EXCEEDED of a topic, third time',
    answer: google(429, 'RESOURCE_EXHAUSTED', [fcmError('QUOTA_EXCEEDED'), quota('topic')]),
    context: { attempt: 3 },
    means: retry(4 * MINUTE),
  },
  {
    row: 10,
    says: '429 QUOTA_EXCEEDED of the project',
    answer: google(429, 'RESOURCE_EXHAUSTED', [fcmError('QUOTA_EXCEEDED'), quota('project:42')]),
    means: { kind: 'hold-project', untilMs: MINUTE },
  },
  {
    row: 10,
    says: '429 QUOTA_EXCEEDED of the project with Retry-After',
    answer: google(429, 'RESOURCE_EXHAUSTED', [fcmError('QUOTA_EXCEEDED'), quota('project')], {
      retryAfterMs: 9 * SECOND,
    }),
    means: { kind: 'hold-project', untilMs: 9 * SECOND },
  },
  {
    row: 10,
    says: '429 of the API front end, which only knows projects',
    answer: google(429, 'RESOURCE_EXHAUSTED', [errorInfo('RATE_LIMIT_EXCEEDED')]),
    means: { kind: 'hold-project', untilMs: MINUTE },
  },
  {
    row: 11,
    says: '500 INTERNAL',
    answer: google(500, 'INTERNAL', [fcmError('INTERNAL')]),
    means: retry(10 * SECOND),
  },
  {
    row: 11,
    says: '500 INTERNAL, third time',
    answer: google(500, 'INTERNAL', [fcmError('INTERNAL')]),
    context: { attempt: 3 },
    means: retry(40 * SECOND),
  },
  {
    row: 11,
    says: '500 INTERNAL, never later than an hour',
    answer: google(500, 'INTERNAL', [fcmError('INTERNAL')]),
    context: { attempt: 12 },
    means: retry(60 * MINUTE),
  },
  { row: 11, says: '500 with a page', answer: page(500), means: retry(10 * SECOND) },
  {
    row: 12,
    says: '503 UNAVAILABLE with Retry-After',
    answer: google(503, 'UNAVAILABLE', [fcmError('UNAVAILABLE')], { retryAfterMs: 90 * SECOND }),
    means: ambiguous(90 * SECOND),
  },
  {
    row: 12,
    says: '503 UNAVAILABLE, second time',
    answer: google(503, 'UNAVAILABLE', [fcmError('UNAVAILABLE')]),
    context: { attempt: 2 },
    means: ambiguous(20 * SECOND),
  },
  ...[502, 504].map((status): Row => ({
    row: 13,
    says: `${status} with a page`,
    answer: page(status),
    means: { ...ambiguous(10 * SECOND), reason: `status ${status}` },
  })),
  ...[1, 2].map((attempt): Row => ({
    row: 14,
    says: `UNSPECIFIED_ERROR, attempt ${attempt}`,
    answer: google(500, 'INTERNAL', [fcmError('UNSPECIFIED_ERROR')]),
    context: { attempt },
    means: retry(10 * SECOND * attempt),
  })),
  ...[400, 500].map((status): Row => ({
    row: 14,
    says: `UNSPECIFIED_ERROR with status ${status} after two retries: a dead letter, and someone has to look at it`,
    answer: google(status, 'INTERNAL', [fcmError('UNSPECIFIED_ERROR')]),
    context: { attempt: 3 },
    means: { kind: 'retry', atMost: 3, alarm: true },
  })),
  {
    row: 15,
    says: 'no answer in time',
    answer: { kind: 'unanswered', code: 'TIMEOUT' },
    means: ambiguous(10 * SECOND),
  },
  {
    row: 15,
    says: 'a connection that breaks, second attempt',
    answer: { kind: 'unanswered', code: 'ECONNRESET' },
    context: { attempt: 2 },
    means: ambiguous(20 * SECOND),
  },
  {
    row: 15,
    says: 'a 404 whose body, which would say what it means, breaks off',
    answer: { kind: 'unanswered', code: 'BROKEN_OFF', status: 404 },
    means: ambiguous(10 * SECOND),
  },
  {
    row: 16,
    says: 'no access token: invalid_grant',
    answer: { kind: 'unauthorized', code: 'invalid_grant', status: 400 },
    means: { ...hold, reason: 'oauth: invalid_grant' },
  },
  ...[{ status: 503 }, { status: 429 }, {}].map((more): Row => ({
    row: 16,
    says: `no access token: the token endpoint is out of order ${JSON.stringify(more)}`,
    answer: { kind: 'unauthorized', code: 'out of order', ...more },
    means: { kind: 'hold-credential', untilMs: 15 * SECOND, alarm: true },
  })),
];

/** What the table does not name. */
const BEYOND_THE_TABLE: readonly Row[] = [
  {
    row: 0,
    says: 'accepted',
    answer: { kind: 'answered', status: 200, messageId: 'projects/p/messages/1', tokenAgeMs: 0 },
    means: { kind: 'sent', providerMessageId: 'projects/p/messages/1' },
  },
  {
    row: 0,
    says: '200 with an error in it',
    answer: google(200, 'UNAVAILABLE'),
    means: ambiguous(10 * SECOND),
  },
  {
    row: 0,
    says: 'no connection',
    answer: { kind: 'unsent', code: 'ECONNREFUSED' },
    means: { ...retry(5 * SECOND), uncounted: true },
  },
  {
    row: 0,
    says: 'a stream that was refused before anything was done with it',
    answer: { kind: 'unprocessed', code: 'REFUSED_STREAM' },
    means: retry(0),
  },
  { row: 0, says: 'a request that the library refuses', answer: { kind: 'refused', message: 'TTL' }, means: refused },
  { row: 0, says: 'a code Google invents tomorrow', answer: google(404, 'X', [fcmError('MOVED')]), means: refused },
  {
    row: 0,
    says: 'UNREGISTERED with another status',
    answer: google(400, 'X', [fcmError('UNREGISTERED')]),
    means: refused,
  },
  {
    row: 0,
    says: 'UNREGISTERED in a detail that is not FCM’s',
    answer: google(404, 'NOT_FOUND', [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', errorCode: 'UNREGISTERED' },
    ]),
    means: hold,
  },
  { row: 0, says: 'a status of its own', answer: page(418), means: refused },
  { row: 0, says: '429 with a page', answer: page(429), means: retry(MINUTE) },
];

const noJitter = () => 0;

function outcomeOf({ answer, context }: Row, random = noJitter): AttemptOutcome {
  return fcmOutcome(answer, { attempt: 1, now: NOW, accepted: false, ...context }, random);
}

describe('what an answer of Google means', () => {
  it.each(ROWS)('row $row: $says', (row) => {
    expect(outcomeOf(row)).toMatchObject(row.means);
  });

  it.each(BEYOND_THE_TABLE)('no row: $says', (row) => {
    expect(outcomeOf(row)).toMatchObject(row.means);
  });

  it('has a test for every row of the table', () => {
    expect(new Set(ROWS.map(({ row }) => row))).toEqual(new Set(Array.from({ length: 16 }, (_, index) => index + 1)));
  });

  it('deletes a token in row 8 only', () => {
    const deleting = [...ROWS, ...BEYOND_THE_TABLE].filter((row) => outcomeOf(row).kind === 'gone');
    expect(deleting.map(({ row }) => row)).toEqual([8]);
  });

  it('keeps what Google said with every outcome', () => {
    for (const row of ROWS) expect(outcomeOf(row).raw).toEqual(row.answer);
  });

  it('counts an attempt whenever something went out', () => {
    const uncounted = [...ROWS, ...BEYOND_THE_TABLE].filter((row) => 'uncounted' in outcomeOf(row));
    expect(uncounted.map(({ answer }) => answer.kind)).toEqual(['unsent']);
  });

  it('waits ten seconds before a retry at least, unless Google names a time or the token was the fault', () => {
    const waits = ROWS.filter(({ row, answer }) => row !== 4 && !('retryAfterMs' in answer)).map((row) =>
      outcomeOf(row),
    );
    for (const outcome of waits) if ('afterMs' in outcome) expect(outcome.afterMs).toBeGreaterThanOrEqual(10 * SECOND);
  });

  it('spreads retries by up to a fifth, never earlier than asked', () => {
    const row = ROWS.find(({ says }) => says === '503 UNAVAILABLE with Retry-After')!;
    expect(outcomeOf(row, () => 0.999_999)).toMatchObject({ afterMs: 108 * SECOND });
  });
});

describe('the access token is replaced', () => {
  it('after a 401 that is about it', () => {
    expect(refusesToken(google(401, 'UNAUTHENTICATED'))).toBe(true);
    expect(refusesToken(page(401))).toBe(true);
  });

  it('not when Apple refused, or the account may not send', () => {
    expect(refusesToken(google(401, 'UNAUTHENTICATED', [fcmError('THIRD_PARTY_AUTH_ERROR')]))).toBe(false);
    expect(refusesToken(google(403, 'PERMISSION_DENIED'))).toBe(false);
  });
});
