import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import fc from 'fast-check';
import { handled, startTinyService } from '../test/tiny-service.js';
import type { RunningService } from './start-service.js';

const CARD = '4242 4242 4242 4242';
const DIGITS = '4242424242424242';
const good = { to: { userId: 'ada' }, content: { title: 'Hello' } };
const AT_PARCEL = '/v1/parcels/p1';

interface Sent {
  readonly path?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Name, request, and where the answer says that it is. */
const ROWS: readonly (readonly [field: string, request: Sent, where: readonly string[]])[] = [
  ['a text', { body: { ...good, content: { title: `my card is ${CARD}!` } } }, ['/content/title']],
  ['a text that is one', { body: { ...good, to: { userId: DIGITS } } }, ['/to/userId']],
  ['a list', { body: { ...good, to: { userIds: ['ada', CARD] } } }, ['/to/userIds/1']],
  ['a record', { body: { ...good, content: { data: { note: '3782 822463 10005' } } } }, ['/content/data/note']],
  ['a name', { body: { ...good, content: { data: { [CARD]: 'x' } } } }, ['/content/data']],
  ['a name of the body itself', { body: { [DIGITS]: 'x' } }, ['']],
  ['a name around one', { body: { extra: { [DIGITS]: [DIGITS] } } }, ['/extra', '/extra/[card number]/0']],
  ['a free field, deep inside', { body: { ...good, extra: [[{ a: [1, { b: DIGITS }] }]] } }, ['/extra/0/0/a/1/b']],
  ['a number', { body: { ...good, extra: 4242424242424242 } }, ['/extra']],
  ['a number with an exponent', { body: '{"extra": 6.304e15}' }, ['/extra']],
  ['a number that no double holds', { body: '{"extra": 4000000000000000006}' }, ['/extra']],
  ['an unknown field', { body: { ...good, card: CARD } }, ['/card']],
  ['a field of the wrong type', { body: { to: CARD, content: 4242424242424242 } }, ['/content', '/to']],
  ['escapes', { body: `{"extra": "\\u0034242\\u00a04242\\u20114242-4242"}` }, ['/extra']],
  ['a body that is a text', { body: JSON.stringify(CARD) }, ['']],
  ['several fields', { body: { to: { userId: CARD }, content: { title: CARD } } }, ['/content/title', '/to/userId']],
  ['the path', { path: `/v1/parcels/${DIGITS}`, body: good }, ['path:/parcelId']],
  ['the path, with spaces', { path: `/v1/parcels/${encodeURIComponent(CARD)}`, body: good }, ['path:/parcelId']],
  ['the query', { path: `${AT_PARCEL}?dryRun=${CARD.replaceAll(' ', '+')}`, body: good }, ['query:/dryRun']],
  ['the query, twice', { path: `${AT_PARCEL}?dryRun=1&dryRun=${DIGITS}`, body: good }, ['query:/dryRun']],
  ['a name in the query', { path: `${AT_PARCEL}?${DIGITS}=1`, body: good }, ['query:']],
  ['an unknown parameter', { path: `${AT_PARCEL}?card=${DIGITS}`, body: good }, ['query:/card']],
  ['the idempotency key', { body: good, headers: { 'idempotency-key': DIGITS } }, ['header:/Idempotency-Key']],
  [
    'a quoted idempotency key',
    { body: good, headers: { 'idempotency-key': `"k-${DIGITS}"` } },
    ['header:/Idempotency-Key'],
  ],
  ['any other header', { body: good, headers: { 'x-note': CARD } }, ['header:/X-Note']],
  ['the name of a header', { body: good, headers: { [`x-${DIGITS}`]: '1' } }, ['header:']],
  [
    'path, query and header at once',
    { path: `/v1/parcels/${DIGITS}?dryRun=${DIGITS}`, body: good, headers: { 'x-note': DIGITS } },
    ['header:/X-Note', 'path:/parcelId', 'query:/dryRun'],
  ],
];

describe('a card number', () => {
  let service: RunningService;
  const logged: string[] = [];
  beforeAll(async () => {
    service = await startTinyService({ logger: createLogger('tiny', 'trace', { write: (line) => logged.push(line) }) });
  });
  afterAll(() => service.close());
  beforeEach(() => {
    handled.length = 0;
    logged.length = 0;
  });

  const put = async ({ path = AT_PARCEL, body, headers }: Sent, token?: string) => {
    const answer = await fetch(service.url + path, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token ?? 'writer'}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, text, problem: JSON.parse(text) as ProblemBody };
  };
  /** Neither the whole number nor its last digits, however it was written. */
  const expectNoTrace = (text: string) => {
    for (const part of [DIGITS, '424242', '822463', '4000000000000000006', '6304']) {
      expect(text.replace(/[^\d.]/g, '')).not.toContain(part);
    }
  };

  it.each(ROWS)(
    'in %s is refused before anything else, and neither logged nor repeated',
    async (_field, request, where) => {
      const { status, text, problem } = await put(request);
      expect([status, problem.code]).toEqual([422, 'card_number_refused']);
      expect(problem.detail).toMatch(
        /Nothing of the request was stored or logged.*SDK of the payment gateway.*letter/s,
      );
      const places = problem.errors!.map(({ in: part, pointer }) =>
        part === undefined ? pointer : `${part}:${pointer}`,
      );
      expect(places.toSorted()).toEqual(where.toSorted());
      expect(handled).toEqual([]);
      expectNoTrace(text);
      expectNoTrace(logged.join(''));
    },
  );

  it.each([
    ['a body that is not JSON', { body: `{"card": "${CARD}"` }, 'writer', 400],
    ['a caller whom nobody knows', { body: { card: CARD }, headers: { 'x-card': CARD } }, CARD, 401],
    ['a caller who may not do this', { body: { card: CARD } }, 'reader', 403],
    ['a path that nobody answers', { path: `/v1/${DIGITS}?card=${DIGITS}`, body: good }, 'writer', 404],
    ['a path that nobody answers, and in the body', { path: `/v1/${DIGITS}`, body: { card: CARD } }, 'writer', 422],
    ['a path that is too long', { path: `/v1/parcels/${DIGITS.repeat(40)}`, body: good }, 'writer', 414],
    ['bad percent-encoding', { path: `/v1/parcels/${DIGITS}%ff`, body: good }, 'writer', 400],
  ])('is not in the log with %s', async (_what, request: Sent, token, status) => {
    const answer = await put(request, token);
    expect(answer.status).toBe(status);
    expectNoTrace(answer.text);
    expectNoTrace(logged.join(''));
  });

  it('is refused in any field, however it is written', async () => {
    const separator = fc.constantFrom('', ' ', '-', '\u00a0', '\u2011', '\u2013');
    const card = fc
      .tuple(
        fc.constantFrom(DIGITS, '378282246310005', '5555555555554444', '30569309025904'),
        fc.infiniteStream(separator),
      )
      .map(([digits, gaps]) => Array.from(digits, (digit) => `${digit}${gaps.next().value ?? ''}`).join(''));
    const field = fc.constantFrom<(text: string) => object>(
      (text) => ({ ...good, extra: text }),
      (text) => ({ ...good, content: { title: `Card (${text})` } }),
      (text) => ({ ...good, content: { data: { a: '1', [text]: 'x' } } }),
      (text) => ({ to: { userIds: ['ada', `u:${text}`] }, content: {} }),
      (text) => ({ [`card ${text}`]: null }),
    );
    await fc.assert(
      fc.asyncProperty(card, field, async (text, bodyWith) => {
        const { problem } = await put({ body: bodyWith(text) });
        expect(problem.code).toBe('card_number_refused');
      }),
      { numRuns: 300 },
    );
    expect(handled).toEqual([]);
  });

  it('is not seen in what callers and those between us send every day', async () => {
    const everyday = {
      ...good,
      content: {
        title: 'Call +49 4012 3456789, code 4242 4242 4242',
        data: {
          at: '1790000000000',
          orderId: 'A4242424242424242',
          trace: '0192f0c4-5b7e-7a3c-9f12-0242ac120002',
          place: '52.5200065999987',
        },
      },
      extra: [1_790_000_000_000, 0.4242424242424242, 9_007_199_254_740_991],
    };
    const headers = {
      'idempotency-key': '0192f0c4-5b7e-7a3c-9f12-0242ac120002',
      'x-datadog-trace-id': '4242424242424242',
      'x-cloud-trace-context': '105445aa7843bc8bf206b12000100000/4242424242424242;o=1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-4242424242424242-01',
      'x-request-id': '4242424242424242',
      cookie: 'session=4242424242424242',
    };
    const { status } = await put({ body: everyday, headers });
    expect([status, handled.length]).toEqual([202, 1]);
  });
});
