import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { serviceSelf } from '@signalbox/contracts';
import { loadMasterKey } from '@signalbox/credentials';
import { createLogger } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { z } from 'zod';
import { APP_ID, startTinyService } from '../test/tiny-service.js';
import { Endpoint, type RunningService, UndeclaredRoute, UnusableSchema, allow, selfOf } from './index.js';

const good = JSON.stringify({ to: { userId: 'ada' }, content: {} });

describe('a service', () => {
  let service: RunningService;
  const logged: string[] = [];
  beforeAll(async () => {
    service = await startTinyService({ logger: createLogger('tiny', 'info', { write: (line) => logged.push(line) }) });
  });
  afterAll(() => service.close());

  const call = (method: string, path: string, token?: string, init: RequestInit = {}) =>
    fetch(service.url + path, {
      method,
      ...init,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(init.headers as Record<string, string> | undefined),
      },
    });

  it('tells the operator, and nobody else, what its process is, with no secret in it', async () => {
    const self = selfOf(
      { DATABASE_URL: 'postgres://root:hidden@db:5432/signalbox', QUEUE_PREFIX: '{s}', AUTH_ALLOW_PRIVATE: true },
      loadMasterKey({ key: Buffer.alloc(32, 1).toString('base64') }),
      { connections: 10, ofQueues: 20, opens: ['WEBHOOK_ALLOW_PRIVATE'] },
    );
    const told = await startTinyService({ self });
    const ask = (token: string) => fetch(`${told.url}/v1/service`, { headers: { authorization: `Bearer ${token}` } });
    const text = await (await ask('operator')).text();
    expect(serviceSelf.parse(JSON.parse(text))).toMatchObject({
      service: 'tiny',
      connections: 30,
      queues: 'postgres',
      opens: ['AUTH_ALLOW_PRIVATE', 'WEBHOOK_ALLOW_PRIVATE'],
    });
    expect(text).not.toMatch(/hidden|root|db:5432/);
    expect((await ask('reader')).status).toBe(403);
    await told.close();
  });

  describe('who may call', () => {
    it.each([
      ['PUT', '/v1/parcels/p1', undefined, 401, 'unauthenticated'],
      ['PUT', '/v1/parcels/p1', 'stolen', 401, 'unauthenticated'],
      ['PUT', '/v1/parcels/p1', 'reader', 403, 'insufficient_scope'],
      ['PUT', '/v1/parcels/p1', 'phone', 403, 'insufficient_scope'],
      ['PUT', '/v1/parcels/p1', 'operator', 403, 'app_key_required'],
      ['GET', '/v1/parcels', 'writer', 403, 'insufficient_scope'],
      ['GET', '/v1/parcels', 'reader', 200, undefined],
      ['GET', '/v1/parcels', 'operator', 200, undefined],
      ['POST', '/v1/parcels/purge', 'reader', 403, 'operator_only'],
      ['POST', '/v1/parcels/purge', 'operator', 204, undefined],
      ['POST', '/v1/parcels/claim', 'phone', 200, undefined],
      ['POST', '/v1/parcels/claim', 'reader', 403, 'insufficient_scope'],
      ['POST', '/v1/parcels/claim', 'operator', 403, 'app_key_required'],
      ['GET', '/v1/parcels/broken', undefined, 500, 'internal_error'],
    ])('%s %s as %s answers %i', async (method, path, token, status, code) => {
      const answer = await call(method, path, token, method === 'PUT' ? { body: good } : {});
      const text = await answer.text();
      expect(answer.status).toBe(status);
      expect(text === '' ? undefined : (JSON.parse(text) as { code?: string }).code).toBe(code);
      if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    });

    it('names the scope that is missing', async () => {
      const answer = await call('PUT', '/v1/parcels/p1', 'reader', { body: good });
      expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('"notifications:write"') });
    });

    it('is settled before a body is read: a stranger hears 401 whatever was sent', async () => {
      for (const body of ['{', good, 'x'.repeat(200_000)])
        expect((await call('PUT', '/v1/parcels/p1', 'stolen', { body })).status).toBe(401);
    });
  });

  it('gives the handler parsed values, and sends its body, headers and status', async () => {
    const taken = await call('PUT', '/v1/parcels/p1', 'writer', {
      body: good,
      headers: { 'idempotency-key': '"abc"' },
    });
    expect([taken.status, taken.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    expect(await taken.json()).toEqual({ id: 'p1', appId: APP_ID, key: 'abc', priority: 'transactional' });
    expect((await call('PUT', '/v1/parcels/p1?dryRun=true', 'writer', { body: good })).status).toBe(200);
    expect(await (await call('GET', '/v1/parcels?limit=7', 'reader')).json()).toEqual({ caller: 'app', limit: 7 });
  });

  it('says on every answer that it is not to be stored or guessed at', async () => {
    for (const path of ['/v1/parcels/taken', '/nowhere', '/v1/parcels/%ff', '/health/live']) {
      const { headers } = await call('GET', path);
      expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
    }
  });

  it('sends a thrown problem with its headers', async () => {
    const answer = await call('GET', '/v1/parcels/taken');
    expect([answer.status, answer.headers.get('etag')]).toEqual([409, '"1"']);
    expect(await answer.json()).toEqual({
      type: 'https://signalbox.dev/problems/parcel_taken',
      title: 'Conflict',
      status: 409,
      code: 'parcel_taken',
      detail: 'Somebody else has it.',
    });
  });

  it('hides the inside of a failure, and logs it under the instance it tells', async () => {
    const answer = await call('GET', '/v1/parcels/broken');
    const text = await answer.text();
    expect(text).not.toContain('hunter2');
    const { instance } = JSON.parse(text) as { instance: string };
    expect(instance).toMatch(/^urn:uuid:/);
    const line = logged.find((entry) => entry.includes(instance));
    expect(line).toContain('hunter2');
    expect(JSON.parse(line!)).toMatchObject({
      level: 50,
      code: 'internal_error',
      method: 'GET',
      route: '/v1/parcels/broken',
    });
  });

  it('logs the cause of a 503 that was thrown on purpose, and sends Retry-After', async () => {
    const answer = await call('GET', '/v1/parcels/busy');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    const { instance } = (await answer.json()) as { instance: string };
    expect(logged.find((entry) => entry.includes(instance))).toContain('queue full');
  });

  it('counts requests by pattern and problems by code', async () => {
    const lines = (await (await call('GET', '/metrics')).text()).split('\n');
    const series = (...parts: string[]) => lines.filter((line) => parts.every((part) => line.includes(part)));
    expect(
      series('http_request_duration_seconds_count', 'method="PUT"', 'route="/v1/parcels/:parcelId"', 'status="202"'),
    ).toHaveLength(1);
    expect(series('http_problems_total', 'code="internal_error"')).toHaveLength(1);
  });

  it('keeps the connection after a refusal whose body it has read', async () => {
    const { headers } = await call('PUT', '/v1/parcels/p1', 'writer', { body: '{' });
    expect(headers.get('connection')).not.toBe('close');
  });

  describe('its API document', () => {
    interface Document {
      readonly openapi: string;
      readonly paths: Record<
        string,
        Record<string, { parameters: object[]; security: object[]; requestBody?: object; responses: object }>
      >;
    }
    const load = async (): Promise<Document> => (await (await call('GET', '/openapi.json')).json()) as Document;

    it('lists every route with what it takes, answers and demands', async () => {
      const { openapi, paths } = await load();
      expect(openapi).toBe('3.1.0');
      expect(Object.keys(paths)).toEqual(
        expect.arrayContaining([
          '/v1/parcels',
          '/v1/parcels/{parcelId}',
          '/v1/parcels/purge',
          '/health/ready',
          '/metrics',
        ]),
      );
      const take = paths['/v1/parcels/{parcelId}']!['put']!;
      expect(take.security).toEqual([{ apiKey: ['notifications:write'] }]);
      expect(take.parameters).toEqual([
        expect.objectContaining({ in: 'path', name: 'parcelId', required: true }),
        expect.objectContaining({ in: 'query', name: 'dryRun', required: false }),
        expect.objectContaining({ in: 'header', name: 'Idempotency-Key', required: false }),
      ]);
      expect(take.requestBody).toMatchObject({
        required: true,
        content: { 'application/json': { schema: { additionalProperties: false, required: ['to', 'content'] } } },
      });
      expect(Object.keys(take.responses)).toEqual(['202', '401', '403', '422', '429', 'default']);
    });

    it('has a page that loads nothing from elsewhere', async () => {
      const page = await call('GET', '/docs');
      const html = await page.text();
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
      // Every address on the page is this service's own; the policy above forbids others.
      const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
      expect(files.length).toBeGreaterThan(3);
      for (const file of files) {
        const answer = await call('GET', new URL(file, `${service.url}/docs`).pathname);
        expect([answer.status, (await answer.arrayBuffer()).byteLength > 0]).toEqual([200, true]);
      }
      expect(await (await call('GET', '/docs/json')).json()).toEqual(await load());
    });
  });
});

describe('readiness', () => {
  it.each([
    [
      'says no',
      async () => ({ ready: false, checks: { offerLoop: 'no turn for 12 s' } }),
      'offerLoop: no turn for 12 s',
    ],
    ['fails', () => Promise.reject(new Error('secret host')), undefined],
  ])('answers 503 when the check %s', async (_what, readiness, detail) => {
    const service = await startTinyService({ readiness });
    try {
      const answer = await fetch(`${service.url}/health/ready`);
      expect(answer.status).toBe(503);
      const text = await answer.text();
      expect(text).toContain(detail ?? 'the readiness check failed');
      expect(text).not.toContain('secret host');
      expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    } finally {
      await service.close();
    }
  });
});

describe('booting', () => {
  const responses = { 200: { description: 'Fine' } };
  const why = allow.publicly('a test');

  @Controller()
  class Undeclared {
    @Get('/things')
    list(): string {
      return 'never';
    }
  }

  @Controller()
  class Silent {
    @Post('/things')
    @Endpoint({ allow: why, summary: 'x', body: z.strictObject({ to: z.object({ id: z.string() }) }), responses })
    make(): string {
      return 'never';
    }
  }

  @Controller()
  class Parameterless {
    @Get('/things/:thingId')
    @Endpoint({ allow: why, summary: 'x', responses })
    read(): string {
      return 'never';
    }
  }

  it.each([
    ['a handler without @Endpoint', Undeclared, UndeclaredRoute, /Undeclared\.list/],
    ['a body that would drop unknown fields', Silent, UnusableSchema, /POST \/things.*\/properties\/to/],
    ['a path parameter without a schema', Parameterless, UnusableSchema, /GET \/things\/:thingId.*thingId/],
  ])('stops at %s and names it', async (_what, controller, error, message) => {
    @Module({ controllers: [controller] })
    class BadModule {}
    const boot = startTinyService({ module: BadModule });
    await expect(boot).rejects.toThrow(error);
    await expect(boot).rejects.toThrow(message);
  });

  it('stops at a plugin route that nobody gave a policy', async () => {
    const onFastify = async (fastify: { get: (path: string, handler: () => string) => unknown }): Promise<void> => {
      fastify.get('/queues/ui', () => 'board');
    };
    await expect(startTinyService({ onFastify })).rejects.toThrow(/GET.* \/queues\/ui has no policy/);
    const service = await startTinyService({
      onFastify,
      extraRoutes: [{ prefix: '/queues', allow: allow.operator() }],
    });
    try {
      expect((await fetch(`${service.url}/queues/ui`)).status).toBe(401);
      const asOperator = await fetch(`${service.url}/queues/ui`, { headers: { authorization: 'Bearer operator' } });
      expect(await asOperator.text()).toBe('board');
    } finally {
      await service.close();
    }
  });

  it('stops at a taken port, and leaves nothing running', async () => {
    const first = await startTinyService();
    try {
      await expect(startTinyService({ port: Number(new URL(first.url).port) })).rejects.toMatchObject({
        code: 'EADDRINUSE',
      });
    } finally {
      await first.close();
    }
  });
});

describe('closing', () => {
  it('lets a request under way finish before the modules are destroyed', async () => {
    const order: string[] = [];
    let release: () => void = () => undefined;
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    @Controller()
    class Slow {
      @Get('/slow')
      @Endpoint({ allow: allow.publicly('a test'), summary: 'x', responses: { 200: { description: 'x' } } })
      async slow(): Promise<object> {
        entered();
        await new Promise<void>((resolve) => (release = resolve));
        order.push('answered');
        return {};
      }

      onModuleDestroy(): void {
        order.push('destroyed');
      }
    }
    @Module({ controllers: [Slow] })
    class SlowModule {}
    const service = await startTinyService({ module: SlowModule });
    const answer = fetch(`${service.url}/slow`);
    await inside;
    const closed = service.close();
    await eventually(() => expect(fetch(`${service.url}/health/live`)).rejects.toThrow(), { within: 5_000 });
    release();
    expect((await answer).status).toBe(200);
    await closed;
    expect(order).toEqual(['answered', 'destroyed']);
  });
});
