import { describe, expect, it } from '@jest/globals';
import type { AttemptOutcome } from '../push-provider.js';
import type { AnsweredByApns, ApnsAnswer } from './apns-answer.js';
import { type ApnsContext, apnsOutcome, endsConnection } from './apns-outcome.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const REGISTERED_AT = new Date('2026-03-01T00:00:00Z');
const BEFORE = REGISTERED_AT.getTime() - 1;
const AFTER = REGISTERED_AT.getTime() + 1;

interface Row {
  readonly row: number;
  readonly says: string;
  readonly answer: ApnsAnswer;
  readonly context?: Partial<ApnsContext>;
  readonly means: Partial<AttemptOutcome>;
}

function apple(status: number, reason?: string, more: Partial<AnsweredByApns> = {}): ApnsAnswer {
  return { kind: 'answered', status, ...(reason !== undefined && { reason }), jwtAgeMs: MINUTE, ...more };
}

const outage = (afterMs: number): Partial<AttemptOutcome> => ({ kind: 'retry', afterMs });
const hold = (untilMs: number): Partial<AttemptOutcome> => ({ kind: 'hold-credential', untilMs, alarm: true });
const refused: Partial<AttemptOutcome> = { kind: 'rejected', alarm: true };

/** One row per line of the table of Apple's answers, with the variants that change the verdict. */
const ROWS: readonly Row[] = [
  {
    row: 1,
    says: '200',
    answer: apple(200, undefined, { apnsId: 'A-1' }),
    means: { kind: 'sent', providerMessageId: 'A-1' },
  },
  { row: 2, says: '400 BadDeviceToken', answer: apple(400, 'BadDeviceToken'), means: { kind: 'suspect' } },
  {
    row: 3,
    says: '400 DeviceTokenNotForTopic',
    answer: apple(400, 'DeviceTokenNotForTopic'),
    means: { kind: 'suspect', alarm: true },
  },
  ...[
    'BadCollapseId',
    'BadExpirationDate',
    'BadMessageId',
    'BadPriority',
    'InvalidPushType',
    'PayloadEmpty',
    'DuplicateHeaders',
    'MissingDeviceToken',
  ].map((reason): Row => ({ row: 4, says: `400 ${reason}`, answer: apple(400, reason), means: refused })),
  ...['BadTopic', 'MissingTopic', 'TopicDisallowed'].flatMap((reason): Row[] => [
    { row: 5, says: `400 ${reason}, key never worked`, answer: apple(400, reason), means: hold(5 * MINUTE) },
    {
      row: 5,
      says: `400 ${reason}, key worked for this topic before`,
      answer: apple(400, reason),
      context: { accepted: 'here' },
      means: hold(5 * MINUTE),
    },
    {
      row: 5,
      says: `400 ${reason}, key works for another topic only`,
      answer: apple(400, reason),
      context: { accepted: 'elsewhere' },
      means: { kind: 'suspect', alarm: true },
    },
  ]),
  { row: 6, says: '400 IdleTimeout', answer: apple(400, 'IdleTimeout'), means: outage(0) },
  {
    row: 7,
    says: '403 ExpiredProviderToken, token due for renewal',
    answer: apple(403, 'ExpiredProviderToken', { jwtAgeMs: 50 * MINUTE }),
    means: outage(0),
  },
  {
    row: 7,
    says: '403 ExpiredProviderToken, fresh token',
    answer: apple(403, 'ExpiredProviderToken', { jwtAgeMs: 50 * MINUTE - 1 }),
    means: { ...hold(5 * MINUTE), reason: 'ClockSkew' },
  },
  ...['InvalidProviderToken', 'MissingProviderToken', 'BadCertificate', 'BadCertificateEnvironment'].map(
    (reason): Row => ({ row: 8, says: `403 ${reason}`, answer: apple(403, reason), means: hold(5 * MINUTE) }),
  ),
  { row: 9, says: '403 Forbidden', answer: apple(403, 'Forbidden'), means: refused },
  ...['BadEnvironmentKeyIdInToken', 'BadEnvironmentKeyInToken'].flatMap((reason): Row[] => [
    { row: 10, says: `403 ${reason}`, answer: apple(403, reason), means: hold(5 * MINUTE) },
    {
      row: 10,
      says: `403 ${reason}, key works for the other environment`,
      answer: apple(403, reason),
      context: { accepted: 'elsewhere' },
      means: { kind: 'suspect', alarm: true },
    },
  ]),
  { row: 10, says: '403 UnrelatedKeyIdInToken', answer: apple(403, 'UnrelatedKeyIdInToken'), means: hold(5 * MINUTE) },
  { row: 11, says: '404 BadPath', answer: apple(404, 'BadPath'), means: refused },
  { row: 11, says: '405 MethodNotAllowed', answer: apple(405, 'MethodNotAllowed'), means: refused },
  ...[
    { row: 12, reason: 'Unregistered' },
    { row: 13, reason: 'ExpiredToken' },
  ].flatMap(({ row, reason }): Row[] => [
    {
      row,
      says: `410 ${reason} since after the registration`,
      answer: apple(410, reason, { timestamp: AFTER }),
      means: { kind: 'gone', reason, goneAt: new Date(AFTER) },
    },
    {
      row,
      says: `410 ${reason} at the very moment of the registration`,
      answer: apple(410, reason, { timestamp: REGISTERED_AT.getTime() }),
      means: { kind: 'gone', goneAt: REGISTERED_AT },
    },
    {
      row,
      says: `410 ${reason}, but registered again since`,
      answer: apple(410, reason, { timestamp: BEFORE }),
      means: { kind: 'rejected', reason: 'RegisteredAgainSince' },
    },
    { row, says: `410 ${reason} without a time`, answer: apple(410, reason), means: { kind: 'suspect' } },
  ]),
  { row: 14, says: '413 PayloadTooLarge', answer: apple(413, 'PayloadTooLarge'), means: { kind: 'rejected' } },
  {
    row: 15,
    says: '429 TooManyRequests with Retry-After',
    answer: apple(429, 'TooManyRequests', { retryAfterMs: 7 * SECOND }),
    means: outage(7 * SECOND),
  },
  { row: 15, says: '429 TooManyRequests, first time', answer: apple(429, 'TooManyRequests'), means: outage(MINUTE) },
  {
    row: 15,
    says: '429 TooManyRequests, third time',
    answer: apple(429, 'TooManyRequests'),
    context: { attempt: 3 },
    means: outage(4 * MINUTE),
  },
  {
    row: 16,
    says: '429 TooManyProviderTokenUpdates',
    answer: apple(429, 'TooManyProviderTokenUpdates', { retryAfterMs: SECOND }),
    means: hold(20 * MINUTE),
  },
  ...[
    { row: 17, status: 500, reason: 'InternalServerError' },
    { row: 18, status: 503, reason: 'ServiceUnavailable' },
  ].flatMap(({ row, status, reason }): Row[] => [
    { row, says: `${status} transactional, first time`, answer: apple(status, reason), means: outage(5 * SECOND) },
    {
      row,
      says: `${status} transactional, again`,
      answer: apple(status, reason),
      context: { attempt: 2 },
      means: outage(15 * MINUTE),
    },
    {
      row,
      says: `${status} transactional, once more`,
      answer: apple(status, reason),
      context: { attempt: 3 },
      means: outage(30 * MINUTE),
    },
    {
      row,
      says: `${status} bulk`,
      answer: apple(status, reason),
      context: { priority: 'bulk' },
      means: outage(15 * MINUTE),
    },
    {
      row,
      says: `${status} bulk, never later than an hour`,
      answer: apple(status, reason),
      context: { priority: 'bulk', attempt: 9 },
      means: outage(60 * MINUTE),
    },
    {
      row,
      says: `${status} with Retry-After`,
      answer: apple(status, reason, { retryAfterMs: 9 * SECOND }),
      means: outage(9 * SECOND),
    },
  ]),
  {
    row: 18,
    says: '503 Shutdown',
    answer: apple(503, 'Shutdown'),
    context: { priority: 'bulk' },
    means: outage(SECOND),
  },
  {
    row: 19,
    says: 'a GOAWAY that excludes the stream',
    answer: { kind: 'unprocessed', code: 'GOAWAY' },
    means: outage(0),
  },
  { row: 19, says: 'REFUSED_STREAM', answer: { kind: 'unprocessed', code: 'REFUSED_STREAM' }, means: outage(0) },
  {
    row: 20,
    says: 'a reset after the request went out',
    answer: { kind: 'unanswered', code: 'RESET' },
    means: { kind: 'ambiguous', afterMs: 2 * SECOND },
  },
  {
    row: 20,
    says: 'no answer in time, second attempt',
    answer: { kind: 'unanswered', code: 'TIMEOUT' },
    context: { attempt: 2 },
    means: { kind: 'ambiguous', afterMs: 4 * SECOND },
  },
  ...[
    'MissingChannelId',
    'BadChannelId',
    'MissingPushType',
    'ChannelNotRegistered',
    'CannotCreateChannelConfig',
    'FeatureNotEnabled',
  ].map((reason): Row => ({
    row: 21,
    says: `400 ${reason} (broadcast channels)`,
    answer: apple(400, reason),
    means: refused,
  })),
];

/** What the table does not name. */
const BEYOND_THE_TABLE: readonly Row[] = [
  {
    row: 0,
    says: 'no connection',
    answer: { kind: 'unsent', code: 'ECONNREFUSED' },
    means: { ...outage(5 * SECOND), uncounted: true },
  },
  { row: 0, says: 'a reason Apple invents tomorrow', answer: apple(400, 'TooPolite'), means: refused },
  {
    row: 0,
    says: 'a body that is not Apple’s',
    answer: apple(502),
    means: { ...outage(5 * SECOND), reason: 'status 502' },
  },
  { row: 0, says: '410 with another reason', answer: apple(410, 'Moved', { timestamp: AFTER }), means: refused },
  {
    row: 0,
    says: 'Unregistered under another status',
    answer: apple(400, 'Unregistered', { timestamp: AFTER }),
    means: refused,
  },
  { row: 0, says: 'a reason that is the name of an object method', answer: apple(400, 'constructor'), means: refused },
];

const noJitter = () => 0;

function outcomeOf({ answer, context }: Row, random = noJitter): AttemptOutcome {
  const usual: ApnsContext = {
    attempt: 1,
    priority: 'transactional',
    registeredAt: REGISTERED_AT,
    accepted: 'nowhere',
  };
  return apnsOutcome(answer, { ...usual, ...context }, random);
}

describe('what an answer of Apple means', () => {
  it.each(ROWS)('row $row: $says', (row) => {
    expect(outcomeOf(row)).toMatchObject(row.means);
  });

  it.each(BEYOND_THE_TABLE)('no row: $says', (row) => {
    expect(outcomeOf(row)).toMatchObject(row.means);
  });

  it('has a test for every row of the table', () => {
    expect(new Set(ROWS.map(({ row }) => row))).toEqual(new Set(Array.from({ length: 21 }, (_, index) => index + 1)));
  });

  it('deletes a token in rows 12 and 13 only', () => {
    const deleting = [...ROWS, ...BEYOND_THE_TABLE].filter((row) => outcomeOf(row).kind === 'gone');
    expect(new Set(deleting.map(({ row }) => row))).toEqual(new Set([12, 13]));
  });

  it('keeps what Apple said with every outcome', () => {
    for (const row of ROWS) expect(outcomeOf(row).raw).toEqual(row.answer);
  });

  it('counts an attempt whenever something went out', () => {
    const uncounted = [...ROWS, ...BEYOND_THE_TABLE].filter((row) => 'uncounted' in outcomeOf(row));
    expect(uncounted.map(({ answer }) => answer.kind)).toEqual(['unsent']);
  });

  it('spreads retries by up to a fifth, never earlier than asked', () => {
    const row = ROWS.find(({ says }) => says === '429 TooManyRequests with Retry-After')!;
    expect(outcomeOf(row, () => 0.999_999)).toMatchObject({ afterMs: 8400 });
  });
});

describe('a connection is left', () => {
  it.each(['IdleTimeout', 'InvalidProviderToken', 'InternalServerError', 'Shutdown'])('after %s', (reason) => {
    expect(endsConnection(apple(503, reason))).toBe(true);
  });

  it('not for the fault of one device', () => {
    expect(
      ['BadDeviceToken', 'TooManyRequests', 'Unregistered'].map((reason) => endsConnection(apple(400, reason))),
    ).toEqual([false, false, false]);
    expect(endsConnection(apple(200))).toBe(false);
  });
});
