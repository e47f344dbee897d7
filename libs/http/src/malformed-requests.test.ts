import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { handled, startTinyService } from '../test/tiny-service.js';
import type { ProblemBody } from '@signalbox/contracts';
import type { RunningService } from './start-service.js';

const JSON_TYPE = 'application/json';
const good = { to: { userId: 'ada' }, content: { title: 'Hello' } };
const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

interface Malformed {
  readonly method?: string;
  readonly path?: string;
  /** An object is sent as JSON; text and bytes are sent as they are. */
  readonly body?: object | string | Buffer;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly token?: string;
}

/** Name, request, status and what the problem must name: pointers, or words of its detail. */
type Row = readonly [name: string, request: Malformed, status: number, named: readonly string[] | RegExp];

const rows: readonly Row[] = [
  // Not JSON
  ['text that is not JSON', { body: 'hello' }, 400, /line 1, column 1/],
  ['a missing brace', { body: '{"to": {"userId": "ada"}' }, 400, /"," or the end .* line 1, column 25/],
  ['a trailing comma', { body: '{"a": 1,\n}' }, 400, /member name .* line 2, column 1/],
  ['single quotes', { body: "{'a': 1}" }, 400, /member name .* column 2/],
  ['a bare NUL inside a string', { body: '{"a": "\u0000"}' }, 400, /column 7/],
  ['NaN', { body: '{"ttlSeconds": NaN}' }, 400, /a JSON value at line 1, column 16/],
  ['two documents', { body: '{} {}' }, 400, /end of the text/],
  ['only whitespace', { body: '  \n' }, 400, /a JSON value at line 2/],
  ['a byte-order mark', { body: Buffer.from('\ufeff{}') }, 400, /column 1/],
  ['bytes that are not UTF-8', { body: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }, 400, /not UTF-8/],
  ['UTF-16', { body: Buffer.from('{"a":1}', 'utf16le') }, 400, /column 2/],
  ['a string of 200 KB that never ends', { body: `{"a": "${'x'.repeat(200_000)}` }, 400, /column 7/],
  // Not a body we take
  ['no body', {}, 422, ['']],
  ['an empty body', { body: '' }, 422, ['']],
  ['a form', { body: 'a=1', type: 'application/x-www-form-urlencoded' }, 415, /application\/json/],
  ['JSON called text/plain', { body: JSON.stringify(good), type: 'text/plain' }, 415, /application\/json/],
  ['JSON without a content type', { body: Buffer.from(JSON.stringify(good)), type: '' }, 415, /application\/json/],
  ['a content type that is none', { body: '{}', type: ';;;' }, 415, /application\/json/],
  ['a body of 300 KB', { body: { ...good, extra: 'x'.repeat(300_000) } }, 413, /larger/],
  [
    'a body where none belongs',
    { method: 'POST', path: '/v1/parcels/purge', token: 'operator', body: { all: true } },
    422,
    ['/all'],
  ],
  // JSON that no route takes
  ['20,000 levels of arrays', { body: nested(20_000) }, 422, ['/0'.repeat(32)]],
  ['40,000 levels of objects', { body: `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}` }, 422, ['/a'.repeat(32)]],
  ['33 levels in a free field', { body: `{"extra": ${nested(32)}}` }, 422, [`/extra${'/0'.repeat(31)}`]],
  ['an escaped NUL', { body: { ...good, content: { title: 'a\u0000b' } } }, 422, ['/content/title']],
  [
    'an escaped NUL in a key',
    { body: { ...good, content: { data: { 'a\u0000': '1' } } } },
    422,
    ['/content/data/a\ufffd'],
  ],
  ['a lone high surrogate', { body: '{"content": {"title": "\\ud83d"}}' }, 422, ['/content/title']],
  ['a lone low surrogate in an array', { body: '{"to": {"userIds": ["ok", "\\udc00"]}}' }, 422, ['/to/userIds/1']],
  ['a lone surrogate in a key', { body: '{"content": {"data": {"\\ud83d": "1"}}}' }, 422, ['/content/data/\ufffd']],
  ['__proto__', { body: '{"__proto__": {"admin": true}}' }, 422, ['/__proto__']],
  ['__proto__, spelled with an escape', { body: '{"content": {"__pr\\u006fto__": 1}}' }, 422, ['/content/__proto__']],
  [
    'constructor.prototype',
    { body: '{"content": {"data": {"constructor": {"prototype": {}}}}}' },
    422,
    ['/content/data/constructor'],
  ],
  ['a number beyond a double', { body: '{"ttlSeconds": 1e999}' }, 422, ['/ttlSeconds']],
  // JSON that this route does not take
  ['null', { body: 'null' }, 422, ['']],
  ['an array', { body: '[]' }, 422, ['']],
  ['a string', { body: '"x"' }, 422, ['']],
  ['an empty object', { body: {} }, 422, ['/to', '/content']],
  [
    'wrong types',
    { body: { to: { userId: 1 }, content: [], ttlSeconds: '5' } },
    422,
    ['/to/userId', '/content', '/ttlSeconds'],
  ],
  [
    'unknown fields at two levels',
    { body: { ...good, sound: 1, content: { titel: 'x' } } },
    422,
    ['/content/titel', '/sound'],
  ],
  ['an unknown value of an enum', { body: { ...good, priority: 'urgent' } }, 422, ['/priority']],
  ['a fraction where an integer belongs', { body: { ...good, ttlSeconds: 1.5 } }, 422, ['/ttlSeconds']],
  ['a number out of range', { body: { ...good, ttlSeconds: -1 } }, 422, ['/ttlSeconds']],
  ['two ways at once', { body: { ...good, to: { userId: 'a', userIds: ['b'] } } }, 422, ['/to/userIds']],
  [
    'a wrong type inside a record',
    { body: { ...good, content: { data: { 'a/b~c': 1 } } } },
    422,
    ['/content/data/a~1b~0c'],
  ],
  ['text that is too long', { body: { ...good, content: { title: '👩‍👩‍👧'.repeat(20) } } }, 422, ['/content/title']],
  ['a field that is designed but not built', { body: { ...good, to: { topic: 'news' } } }, 422, ['/to/topic']],
  // Path, query, headers
  ['an unknown query parameter', { path: '/v1/parcels/p1?dryrun=1', body: good }, 422, ['query:/dryrun']],
  [
    'a query parameter of the wrong type',
    { path: '/v1/parcels/p1?dryRun=perhaps', body: good },
    422,
    ['query:/dryRun'],
  ],
  ['a query parameter twice', { path: '/v1/parcels/p1?dryRun=1&dryRun=0', body: good }, 422, ['query:/dryRun']],
  ['a NUL in the query', { method: 'GET', path: '/v1/parcels?after=a%00b', token: 'reader' }, 422, ['query:/after']],
  ['a NUL in a query name', { method: 'GET', path: '/v1/parcels?a%00=1', token: 'reader' }, 422, ['query:/a\ufffd']],
  ['a number that is none', { method: 'GET', path: '/v1/parcels?limit=ten', token: 'reader' }, 422, ['query:/limit']],
  ['a query parameter on a route that takes none', { method: 'GET', path: '/v1/parcels/busy?x=1' }, 422, ['query:/x']],
  ['a NUL in the path', { path: '/v1/parcels/a%00b', body: good }, 422, ['path:/parcelId']],
  ['a path parameter of the wrong form', { path: '/v1/parcels/a%20b', body: good }, 422, ['path:/parcelId']],
  ['a path parameter of 600 characters', { path: `/v1/parcels/${'a'.repeat(600)}`, body: good }, 414, /path parameter/],
  ['broken percent-encoding', { path: '/v1/parcels/%E0%A4%A', body: good }, 400, /percent-encoding/],
  ['percent-encoding that is not UTF-8', { path: '/v1/parcels/%ff', body: good }, 400, /percent-encoding/],
  ['a surrogate in percent-encoding', { path: '/v1/parcels/%ED%A0%80', body: good }, 400, /percent-encoding/],
  [
    'mistakes in path, query and body',
    { path: '/v1/parcels/!?x=1', body: { ...good, y: 1 } },
    422,
    ['path:/parcelId', 'query:/x', '/y'],
  ],
  [
    'an idempotency key of 256 characters',
    { body: good, headers: { 'idempotency-key': 'k'.repeat(256) } },
    422,
    ['header:/Idempotency-Key'],
  ],
  ['an empty idempotency key', { body: good, headers: { 'idempotency-key': '""' } }, 422, ['header:/Idempotency-Key']],
  [
    'a space in the idempotency key',
    { body: good, headers: { 'idempotency-key': 'a b' } },
    422,
    ['header:/Idempotency-Key'],
  ],
  [
    'Latin-1 in the idempotency key',
    { body: good, headers: { 'idempotency-key': 'é' } },
    422,
    ['header:/Idempotency-Key'],
  ],
  ['an unknown route', { path: '/v1/nothing', body: good }, 404, /No route/],
  ['a wrong method', { method: 'PATCH', body: good }, 405, /PUT/],
  ['a method nobody knows', { method: 'PROPFIND' }, 405, /PUT/],
];

describe('a malformed request', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startTinyService();
  });
  afterAll(() => service.close());
  afterEach(() => {
    expect(handled).toEqual([]);
  });

  const send = ({
    method = 'PUT',
    path = '/v1/parcels/p1',
    body,
    type = JSON_TYPE,
    headers,
    token = 'writer',
  }: Malformed) =>
    fetch(service.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(type === '' ? {} : { 'content-type': type }), ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body) }),
    });

  it.each(rows)(
    '%s is answered with a problem that names it, and reaches no handler',
    async (_name, request, status, named) => {
      const answer = await send(request);
      const problem = (await answer.json()) as ProblemBody;
      expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
        status,
        type: expect.stringContaining('application/problem+json'),
      });
      expect(problem).toMatchObject({
        status,
        type: `https://signalbox.dev/problems/${problem.code}`,
        title: expect.any(String),
      });
      if (named instanceof RegExp) expect(problem.detail).toMatch(named);
      else
        expect(
          problem.errors?.map(({ in: part, pointer }) => (part ? `${part}:${pointer}` : pointer)).toSorted(),
        ).toEqual(named.toSorted());
    },
  );

  it('stays small however many mistakes and however long the names it reports', async () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${index}${'x'.repeat(400)}`, 1]));
    const answer = await send({ body });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect((JSON.parse(text) as ProblemBody).detail).toContain('502 problems');
    expect(text.length).toBeLessThan(20_000);
  });

  it.each([
    ['is not HTTP', 'GET ???\r\n\r\n', 400],
    ['has a header without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n', 400],
    ['has 40 KB of headers', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    [
      'has two different lengths',
      'POST /v1/parcels HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      400,
    ],
  ])('is answered with a problem when it %s', async (_what, bytes, status) => {
    const [head = '', body = ''] = (await sendRaw(service.url, bytes)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status });
  });
});

function sendRaw(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
    socket.on('close', () => resolve(received)).on('error', reject);
  });
}
