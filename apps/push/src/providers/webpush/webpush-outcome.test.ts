import { describe, expect, it } from '@jest/globals';
import type { AttemptOutcome } from '../push-provider.js';
import type { AnsweredByPushService, WebPushAnswer } from './webpush-answer.js';
import { readAnswered } from './webpush-answer.js';
import { type WebPushContext, webPushOutcome } from './webpush-outcome.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NOW = new Date('2026-03-01T12:00:00Z');

interface Row {
  readonly row: number;
  readonly says: string;
  readonly answer: WebPushAnswer;
  readonly context?: Partial<WebPushContext>;
  readonly means: Partial<AttemptOutcome>;
}

const answered = (status: number, more: Partial<AnsweredByPushService> = {}): WebPushAnswer => ({
  kind: 'answered',
  status,
  ...more,
});
const stranger = { isKnown: false };
const gone: Partial<AttemptOutcome> = { kind: 'gone', goneAt: NOW };
const suspect: Partial<AttemptOutcome> = { kind: 'suspect', alarm: true };
const retry = (afterMs: number): Partial<AttemptOutcome> => ({ kind: 'retry', afterMs });
const ambiguous = (afterMs: number): Partial<AttemptOutcome> => ({ kind: 'ambiguous', afterMs });

/** One row per line of table 3.3 in the research of push services, with the variants that change the verdict. */
const ROWS: readonly Row[] = [
  { row: 1, says: '201', answer: answered(201, { messageId: 'm1' }), means: { kind: 'sent', providerMessageId: 'm1' } },
  ...[200, 202, 204].map((status): Row => ({
    row: 1,
    says: `${status}`,
    answer: answered(status),
    means: { kind: 'sent' },
  })),
  ...[404, 410].map((status): Row => ({ row: 2, says: `${status}`, answer: answered(status), means: gone })),
  { row: 2, says: '410 of a stranger', answer: answered(410), context: stranger, means: gone },
  ...[400, 401, 403].map((status): Row => ({ row: 3, says: `${status}`, answer: answered(status), means: suspect })),
  { row: 3, says: '403, another key', answer: answered(403, { reason: 'VapidPkHashMismatch' }), means: suspect },
  { row: 3, says: '400 BadJwtToken', answer: answered(400, { reason: 'BadJwtToken' }), means: suspect },
  {
    row: 4,
    says: '403 BadJwtToken',
    answer: answered(403, { reason: 'BadJwtToken' }),
    means: { ...retry(5 * MINUTE), uncounted: true, alarm: true },
  },
  { row: 5, says: '413', answer: answered(413), means: { kind: 'rejected', alarm: true } },
  ...[406, 429].flatMap((status): Row[] => [
    { row: 6, says: `${status}`, answer: answered(status), means: retry(MINUTE) },
    {
      row: 6,
      says: `${status}, third time`,
      answer: answered(status),
      context: { attempt: 3 },
      means: retry(4 * MINUTE),
    },
    {
      row: 6,
      says: `${status}, Retry-After`,
      answer: answered(status, { retryAfterMs: 7 * SECOND }),
      means: retry(7_000),
    },
  ]),
  { row: 7, says: '500', answer: answered(500), means: { ...retry(10 * SECOND), trouble: true } },
  ...[502, 503, 504, 599].map((status): Row => {
    return { row: 8, says: `${status}`, answer: answered(status), means: ambiguous(10 * SECOND) };
  }),
  { row: 8, says: '503, Retry-After', answer: answered(503, { retryAfterMs: MINUTE }), means: ambiguous(MINUTE) },
  ...[301, 308, 405, 415, 451].map((status): Row => {
    return { row: 9, says: `${status}`, answer: answered(status), means: { kind: 'rejected', alarm: true } };
  }),
  { row: 10, says: 'GOAWAY', answer: { kind: 'unprocessed', code: 'GOAWAY' }, means: retry(0) },
  { row: 11, says: 'no answer', answer: { kind: 'unanswered', code: 'TIMEOUT' }, means: ambiguous(10 * SECOND) },
  {
    row: 12,
    says: 'no connection to a service that there is',
    answer: { kind: 'unsent', code: 'ECONNREFUSED' },
    means: { kind: 'retry', afterMs: 5 * SECOND, uncounted: true, trouble: true },
  },
  {
    row: 12,
    says: 'given up here',
    answer: { kind: 'unsent', code: 'ABORTED' },
    context: stranger,
    means: { kind: 'retry', uncounted: true },
  },
  ...['NO_FREE_STREAM', 'TIMEOUT'].flatMap((code): Row[] => {
    const answer = { kind: 'unsent', code } as const;
    return [
      {
        ...{ row: 12, says: `${code}, to a maker`, answer },
        means: { kind: 'retry', afterMs: 5 * SECOND, uncounted: true },
      },
      {
        ...{ row: 13, says: `${code}, to a stranger`, answer, context: { ...stranger, attempt: 2 } },
        means: { kind: 'retry', afterMs: 20 * SECOND, trouble: true },
      },
    ];
  }),
  {
    row: 13,
    says: 'no connection to a host that nobody knows',
    answer: { kind: 'unsent', code: 'ENOTFOUND' },
    context: { ...stranger, attempt: 2 },
    means: { kind: 'retry', afterMs: 20 * SECOND, trouble: true },
  },
  ...['ENOTFOUND', 'ENODATA', 'name_not_resolved'].map((code): Row => {
    return {
      row: 13,
      says: `${code} of a maker's name that may be made up`,
      answer: { kind: 'unsent', code },
      context: { attempt: 2 },
      means: retry(20 * SECOND),
    };
  }),
  {
    row: 14,
    says: 'an address in somebody’s network',
    answer: { kind: 'unsent', code: 'ADDRESS_REFUSED' },
    context: stranger,
    means: { kind: 'rejected', reason: 'ADDRESS_REFUSED' },
  },
];

const judge = ({ answer, context }: Pick<Row, 'answer' | 'context'>): AttemptOutcome =>
  webPushOutcome(answer, { attempt: 1, now: NOW, isKnown: true, ...context }, () => 0);

describe('what a push service answers', () => {
  it.each(ROWS)('$row: $says', ({ answer, context, means }) => {
    expect(judge({ answer, ...(context && { context }) })).toMatchObject({ ...means, raw: answer });
  });

  it('counts no attempt only where nothing can have been sent, and to a service that there is', () => {
    expect(judge({ answer: { kind: 'unsent', code: 'ENOTFOUND' }, context: stranger })).not.toHaveProperty('uncounted');
    expect(judge({ answer: { kind: 'unsent', code: 'ENOTFOUND' } })).not.toHaveProperty('uncounted');
    expect(judge({ answer: { kind: 'unanswered', code: 'RESET' } })).not.toHaveProperty('uncounted');
  });

  it.each(['NO_FREE_STREAM', 'TIMEOUT'])(
    'takes %s before anything was sent for no trouble of a service that there is, and for a counted one of any other',
    (code) => {
      const answer = { kind: 'unsent', code } as const;
      expect(judge({ answer })).toMatchObject({ uncounted: true });
      expect(judge({ answer })).not.toHaveProperty('trouble');
      expect(judge({ answer, context: stranger })).toMatchObject({ trouble: true });
      expect(judge({ answer, context: stranger })).not.toHaveProperty('uncounted');
    },
  );

  it('holds no credential by anybody’s word, and alarms nobody by a stranger’s', () => {
    for (let status = 300; status < 500; status += 1) {
      const answer = answered(status, { reason: 'BadJwtToken' });
      expect(judge({ answer }).kind).not.toBe('hold-credential');
      const outcome = judge({ answer, context: stranger });
      expect(outcome.kind).not.toBe('hold-credential');
      expect([status, outcome.alarm, outcome.stranger]).toEqual([status, undefined, true]);
    }
  });

  it('touches a device by 404 and 410, 400, 401 and 403 alone', () => {
    const touching = Array.from({ length: 400 }, (_, index) => index + 200).filter((status) =>
      ['gone', 'suspect'].includes(judge({ answer: answered(status) }).kind),
    );
    expect(touching).toEqual([400, 401, 403, 404, 410]);
  });
});

describe('reading an answer', () => {
  const read = (body: string, headers = {}) => readAnswered({ status: 403, headers, body }, NOW.getTime());

  it('takes the reason, when to come back, and what the message is called', () => {
    expect(
      read('{"reason":"BadJwtToken"}', { 'retry-after': '7', location: 'https://push.example/message/abc-1' }),
    ).toEqual({ kind: 'answered', status: 403, reason: 'BadJwtToken', retryAfterMs: 7_000, messageId: 'abc-1' });
  });

  it.each([
    ['words', 'the VAPID credentials do not correspond', 'the VAPID credentials do not correspond'],
    ['JSON without a reason', '{"errno":109}', '{"errno":109}'],
    ['JSON that is no object', 'null', 'null'],
    ['a reason that is a sentence', '{"reason":"no, thanks"}', '{"reason":"no, thanks"}'],
  ])('keeps %s as they are', (_what, body, text) => {
    expect(read(body)).toEqual({ kind: 'answered', status: 403, text });
  });

  it('keeps no more of a page than its beginning', () => {
    expect(read('x'.repeat(10_000)).text).toHaveLength(300);
  });
});
