import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { usePostgres } from '@signalbox/testing';
import { goodToken, type Stack, startStack } from './stack.js';

const good = { to: { userId: 'ann' }, content: { title: 'Hi', body: 'there' } };
const withContent = (content: object) => ({ ...good, content: { ...good.content, ...content } });
const withOptions = (options: object) => ({ ...good, options });
const raw = (text: string) => text;
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** What is sent, the status it gets, and the pointer that names the fault (a header's or body's own name for some). */
const MALFORMED: readonly (readonly [what: string, body: unknown, status: number, pointer: string])[] = [
  ['no body at all', undefined, 422, ''],
  ['an empty body', raw(''), 422, ''],
  ['a body that is not JSON', raw('{"to":'), 400, ''],
  ['two JSON values', raw('{} {}'), 400, ''],
  ['a trailing comma', raw('{"to":{"userId":"ann",}}'), 400, ''],
  ['a JSON string', raw('"hello"'), 422, ''],
  ['a JSON array', raw('[]'), 422, ''],
  ['null', raw('null'), 422, ''],
  ['an empty object', {}, 422, '/to'],
  ['no recipient', { ...good, to: {} }, 422, '/to'],
  ['two ways of naming recipients', { ...good, to: { userId: 'a', userIds: ['b'] } }, 422, '/to'],
  ['a recipient that is a string', { ...good, to: 'ann' }, 422, '/to'],
  ['a numeric user', { ...good, to: { userId: 7 } }, 422, '/to/userId'],
  ['an empty user', { ...good, to: { userId: '' } }, 422, '/to/userId'],
  ['a user of 257 letters', { ...good, to: { userId: 'x'.repeat(257) } }, 422, '/to/userId'],
  ['an empty list of users', { ...good, to: { userIds: [] } }, 422, '/to/userIds'],
  ['501 users', { ...good, to: { userIds: Array.from({ length: 501 }, (_, i) => `u${i}`) } }, 422, '/to/userIds'],
  ['one bad user in a list', { ...good, to: { userIds: ['a', null] } }, 422, '/to/userIds/1'],
  ['an installation with a slash', { ...good, to: { installationId: 'a/b' } }, 422, '/to/installationId'],
  ['a topic, which is for broadcasts', { ...good, to: { topic: 'news' } }, 422, '/to/topic'],
  ['a template, which is not built yet', { to: good.to, template: { id: 'x' } }, 422, '/template'],
  ['a time to send at that is in 400 years', withOptions({ sendAt: '2426-01-01T00:00:00Z' }), 422, '/options/sendAt'],
  ['a time to send at in words', withOptions({ sendAt: 'tomorrow' }), 422, '/options/sendAt'],
  ['a time to send at without a zone', withOptions({ sendAt: '2026-12-24T18:00:00' }), 422, '/options/sendAt'],
  ['a local time with a zone', withOptions({ sendAt: { local: '2026-12-24T18:00Z' } }), 422, '/options/sendAt/local'],
  ['the 30th of February', withOptions({ sendAt: { local: '2027-02-30T18:00' } }), 422, '/options/sendAt/local'],
  ['no content', { to: good.to }, 422, '/content'],
  ['content without title and body', { ...good, content: { badge: 1 } }, 422, '/content'],
  ['a title that is a number', withContent({ title: 5 }), 422, '/content/title'],
  ['a body that is a list', withContent({ body: ['x'] }), 422, '/content/body'],
  ['a negative badge', withContent({ badge: -1 }), 422, '/content/badge'],
  ['half a badge', withContent({ badge: 1.5 }), 422, '/content/badge'],
  ['an image without a scheme', withContent({ imageUrl: 'example.com/a.png' }), 422, '/content/imageUrl'],
  ['an image in a script', withContent({ imageUrl: 'javascript:alert(1)' }), 422, '/content/imageUrl'],
  ['data that is a string', withContent({ data: 'x' }), 422, '/content/data'],
  ['data with a number in it', withContent({ data: { a: 1 } }), 422, '/content/data/a'],
  ['data with an object in it', withContent({ data: { a: { b: 'c' } } }), 422, '/content/data/a'],
  ['data with the key aps', withContent({ data: { aps: 'x' } }), 422, '/content/data/aps'],
  ['data with a key of ours', withContent({ data: { sbx_delivery_id: 'x' } }), 422, '/content/data/sbx_delivery_id'],
  ['an unknown field', { ...good, colour: 'red' }, 422, '/colour'],
  ['an unknown field inside', withContent({ colour: 'red' }), 422, '/content/colour'],
  ['an unknown option', withOptions({ retries: 3 }), 422, '/options/retries'],
  ['an unknown priority', withOptions({ priority: 'urgent' }), 422, '/options/priority'],
  ['a negative time to live', withOptions({ ttlSeconds: -1 }), 422, '/options/ttlSeconds'],
  ['a time to live of 29 days', withOptions({ ttlSeconds: 29 * 86_400 }), 422, '/options/ttlSeconds'],
  ['a time to live in words', withOptions({ ttlSeconds: '60' }), 422, '/options/ttlSeconds'],
  ['a collapse key of 65 bytes', withOptions({ collapseKey: 'x'.repeat(65) }), 422, '/options/collapseKey'],
  [
    'a collapse key of 33 letters and 66 bytes',
    withOptions({ collapseKey: 'é'.repeat(33) }),
    422,
    '/options/collapseKey',
  ],
  ['a category with a space', withOptions({ category: 'two words' }), 422, '/options/category'],
  ['5 KB of content', withContent({ body: 'x'.repeat(5_000) }), 422, '/content'],
  ['emoji that quadruple', withContent({ body: '😀'.repeat(1_100) }), 422, '/content'],
  ['quotes that double when escaped', withContent({ body: '"'.repeat(2_100) }), 422, '/content'],
  ['300 KB', withContent({ body: 'x'.repeat(300_000) }), 413, ''],
  ['20,000 levels of objects', raw(nested(20_000)), 422, '/a/a'],
  ['20,000 levels of lists', raw(`{"to":${'['.repeat(20_000)}${']'.repeat(20_000)}}`), 422, '/to/0'],
  ['a NUL in the text', raw('{"to":{"userId":"ann"},"content":{"body":"a\\u0000b"}}'), 422, '/content/body'],
  [
    'a NUL in a key',
    raw('{"to":{"userId":"ann"},"content":{"body":"x","data":{"a\\u0000":"b"}}}'),
    422,
    '/content/data',
  ],
  ['half a surrogate pair', raw('{"to":{"userId":"ann"},"content":{"body":"\\ud83d"}}'), 422, '/content/body'],
  ['half a surrogate pair in the user', raw('{"to":{"userId":"\\udc00"},"content":{"body":"x"}}'), 422, '/to/userId'],
  [
    '__proto__ at the top',
    raw('{"__proto__":{"admin":true},"to":{"userId":"ann"},"content":{"body":"x"}}'),
    422,
    '/__proto__',
  ],
  [
    '__proto__ in data',
    raw('{"to":{"userId":"ann"},"content":{"body":"x","data":{"__proto__":"y"}}}'),
    422,
    '/content/data/__proto__',
  ],
  [
    'constructor in data',
    raw('{"to":{"userId":"ann"},"content":{"body":"x","data":{"constructor":"y"}}}'),
    422,
    '/content/data/constructor',
  ],
];

describe('malformed requests', () => {
  let stack: Stack;
  afterAll(() => stack.stop(), 30_000);
  const postgres = usePostgres();
  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url() });
    await stack.registerDevice(stack.app, { installation: 'phone', user: 'ann', token: goodToken() });
  }, 60_000);

  const stored = async (): Promise<number> => {
    const counts = ['event_log', 'push_work', 'idem', 'delivery'].map((table) =>
      postgres.database().query(`SELECT 1 FROM ${table}`),
    );
    return (await Promise.all(counts)).reduce((sum, result) => sum + result.rowCount, 0);
  };

  it.each(MALFORMED)('%s: a problem that names the field, and nothing stored', async (_what, body, status, pointer) => {
    const before = await stored();
    const answer = await stack.push_('POST', '/v1/notifications', body, {
      'content-type': 'application/json',
      'idempotency-key': goodToken(),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({
      status,
      code: expect.any(String),
      detail: expect.any(String),
      type: expect.stringContaining('/problems/'),
    });
    if (pointer !== '') {
      const pointers = (answer.body.errors as { pointer: string; reason: string }[]).map((error) => error.pointer);
      expect(pointers.some((found) => found === pointer || found.startsWith(`${pointer}/`))).toBe(true);
    }
    expect(await stored()).toBe(before);
  });

  it.each([
    ['another content type', { 'content-type': 'text/plain' }, 415],
    [
      'an idempotency key of 256 letters',
      { 'content-type': 'application/json', 'idempotency-key': 'x'.repeat(256) },
      422,
    ],
    ['an idempotency key with a space', { 'content-type': 'application/json', 'idempotency-key': 'a b' }, 422],
    [
      'a key that is not one of ours',
      { 'content-type': 'application/json', authorization: 'Bearer sbk_test_nonsense' },
      401,
    ],
    ['basic authentication', { 'content-type': 'application/json', authorization: 'Basic YTpi' }, 401],
  ])('%s is refused', async (_what, headers, status) => {
    const before = await stored();
    const answer = await stack.push_('POST', '/v1/notifications', good, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await stored()).toBe(before);
  });

  it.each([
    '/v1/notifications/ntf_nonsense',
    '/v1/notifications/%00',
    '/v1/notifications/%ff',
    `/v1/notifications/${'x'.repeat(3_000)}`,
    '/v1/nothing',
    '/v1/users/%00/devices',
  ])('GET %s is a 4xx problem', async (path) => {
    const answer = await stack.push_('GET', path);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('leaves the service ready to take the next good one', async () => {
    const answer = await stack.push_('POST', '/v1/notifications', good);
    expect(answer.status).toBe(202);
  });
});
