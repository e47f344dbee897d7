import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AppLimits, formatId, newUuid, type Scope, type Uuid } from '@signalbox/contracts';
import { createMetrics } from '@signalbox/telemetry';
import { APP_ID, startTinyService } from '../../test/tiny-service.js';
import { type Principal, problems, RequestLimiter, type RunningService } from '../index.js';

const SCOPES: Scope[] = ['notifications:write', 'notifications:read'];
const keyIdOf: Readonly<Record<string, Uuid>> = { busy: newUuid(), quiet: newUuid(), big: newUuid() };

function callerOf(token: string | undefined): Principal {
  if (token === 'operator') return { kind: 'operator' };
  const keyId = keyIdOf[token ?? ''];
  if (keyId === undefined) throw problems.unauthenticated('Send a known token.');
  return { kind: 'app', appId: APP_ID, mode: 'test', keyId, keyKind: 'secret', scopes: new Set(SCOPES) };
}

describe('requests of a key', () => {
  let service: RunningService;
  const metrics = createMetrics('tiny');
  const clock = { now: 0 };
  const book = { set: undefined as AppLimits | undefined, generation: 0, of: () => book.set };
  beforeAll(async () => {
    service = await startTinyService({
      metrics,
      authenticator: { verify: async (header) => callerOf(header?.replace('Bearer ', '')) },
      limiter: new RequestLimiter({
        limits: { read: { burst: 3, perSecond: 2 }, write: { burst: 2, perSecond: 1 } },
        book,
        now: () => clock.now,
      }),
    });
  });
  afterAll(() => service.close());

  const ask = (token: string, method = 'GET') =>
    fetch(`${service.url}/v1/parcels${method === 'GET' ? '' : '/p1'}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{"to":{"userId":"ada"},"content":{}}' }),
    });
  const statuses = async (token: string, times: number, method?: string) => {
    const answers = [];
    for (let time = 0; time < times; time += 1) answers.push((await ask(token, method)).status);
    return answers;
  };
  const limitOf = ({ headers }: Response) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];

  it('are told what is left, in structured fields, and refused beyond it with the remedy', async () => {
    clock.now += 60_000;
    expect(limitOf(await ask('busy'))).toEqual(['"read";q=3;w=2', '"read";r=2;t=1']);
    expect(await statuses('busy', 2)).toEqual([200, 200]);
    const refused = await ask('busy');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect([refused.headers.get('retry-after'), ...limitOf(refused)]).toEqual([
      '1',
      '"read";q=3;w=2',
      '"read";r=0;t=1',
    ]);
    expect(await refused.json()).toMatchObject({
      code: 'too_many_requests',
      detail: expect.stringContaining('3 such requests at once and 2 a second'),
      errors: [{ in: 'header', pointer: '/authorization' }],
    });
    clock.now += 500;
    expect(await statuses('busy', 2)).toEqual([200, 429]);
  });

  it('leave alone the other routes of the key, other keys, operators, and whoever is nobody', async () => {
    clock.now += 60_000;
    expect(await statuses('busy', 4)).toEqual([200, 200, 200, 429]);
    expect(await statuses('busy', 3, 'PUT')).toEqual([202, 202, 429]);
    expect(await statuses('quiet', 3)).toEqual([200, 200, 200]);
    expect(await statuses('operator', 10)).toEqual(Array.from({ length: 10 }, () => 200));
    expect((await fetch(`${service.url}/health/live`)).headers.get('ratelimit')).toBeNull();
    expect((await ask('stranger')).status).toBe(401);
  });

  it('are refused before their body is read, so that a flood costs no parsing', async () => {
    clock.now += 60_000;
    await statuses('quiet', 2, 'PUT');
    const answer = await fetch(`${service.url}/v1/parcels/p1`, {
      method: 'PUT',
      headers: { authorization: 'Bearer quiet', 'content-type': 'application/json' },
      body: '{"broken"',
    });
    expect(answer.status).toBe(429);
  });

  it('have the limits that were set for the app or the key, from the moment that they are known', async () => {
    clock.now += 60_000;
    await statuses('big', 1);
    const key = formatId('key', keyIdOf['big']!);
    book.set = {
      requests: { read: { burst: 1, perSecond: 1 } },
      keys: { [key]: { read: { burst: 5, perSecond: 1 } } },
      quotas: {},
    };
    book.generation += 1;
    clock.now += 60_000;
    expect(await statuses('busy', 2)).toEqual([200, 429]);
    expect(await statuses('big', 2)).toEqual([200, 200]);
    // In a second there is one more; that all of them are back takes three.
    expect(limitOf(await ask('big'))).toEqual(['"read";q=5;w=5', '"read";r=2;t=1']);
    expect(await statuses('big', 3)).toEqual([200, 200, 429]);
    book.set = undefined;
    book.generation += 1;
    clock.now += 60_000;
    expect(await statuses('busy', 4)).toEqual([200, 200, 200, 429]);
  });

  it('that were refused are counted by class, from zero', async () => {
    const text = await metrics.registry.metrics();
    for (const routeClass of ['read', 'write', 'send'])
      expect(text).toMatch(new RegExp(`^rate_limited_total\\{class="${routeClass}",service="tiny"\\} \\d`, 'm'));
    expect(text).toContain('rate_limited_total{class="send",service="tiny"} 0');
    expect(text).not.toContain('rate_limited_total{class="read",service="tiny"} 0');
  });

  it('are in the API document, where they are limited', async () => {
    const document = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { responses: Record<string, { $ref?: string; headers?: object }> }>>;
      components: { responses: object; headers: object };
    };
    expect(document.paths['/v1/parcels']!['get']!.responses).toMatchObject({
      200: { headers: { RateLimit: { $ref: '#/components/headers/RateLimit' } } },
      429: { $ref: '#/components/responses/TooManyRequests' },
    });
    expect(Object.keys(document.paths['/health/live']!['get']!.responses)).toEqual(['200', 'default']);
    expect(document.paths['/v1/parcels/purge']!['post']!.responses['429']).toBeUndefined();
    expect(document.components.headers).toHaveProperty('RateLimit-Policy');
  });
});
