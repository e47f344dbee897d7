import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { createLogger } from '@signalbox/telemetry';
import { z } from 'zod';
import { APP_ID, startTinyService } from '../../test/tiny-service.js';
import { allow, Endpoint, type RunningService, UnusableDeprecation } from '../index.js';

const reader = allow.operatorOrScope('notifications:read');
const responses = { 200: { description: 'It' } };
const params = z.strictObject({ id: z.string() });

@Controller('/v1')
class OldRoutes {
  @Get('/boxes/:id')
  @Endpoint({
    ...{ allow: reader, summary: 'A box', params, responses },
    deprecated: {
      since: '2026-01-01T00:00:00Z',
      sunset: '2999-01-01T00:00:00Z',
      successor: '/v2/boxes/:id',
      guide: 'https://signalbox.example/boxes',
    },
  })
  box(): object {
    return { box: true };
  }

  @Get('/crates/:id')
  @Endpoint({
    ...{ allow: reader, summary: 'A crate', params, responses },
    deprecated: { since: '2025-01-01T00:00:00Z', sunset: '2026-01-01T00:00:00Z', successor: '/v2/boxes/:id' },
  })
  crate(): never {
    throw new Error('reached a route that has ended');
  }

  @Get('/sacks')
  @Endpoint({ allow: reader, summary: 'Sacks', responses })
  sacks(): object {
    return {};
  }
}

@Module({ controllers: [OldRoutes] })
class OldModule {}

describe('a deprecated route', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startTinyService({ module: OldModule });
  });
  afterAll(() => service.close());
  const call = (path: string, token = 'reader') =>
    fetch(service.url + path, { headers: { authorization: `Bearer ${token}` } });

  it('answers as ever, and says since when, until when and where to go', async () => {
    const answer = await call('/v1/boxes/a%2Fb');
    expect([answer.status, await answer.json()]).toEqual([200, { box: true }]);
    expect(answer.headers.get('deprecation')).toBe('@1767225600');
    expect(answer.headers.get('sunset')).toBe('Tue, 01 Jan 2999 00:00:00 GMT');
    expect(answer.headers.get('link')).toBe(
      '<https://signalbox.example/boxes>; rel="deprecation"; type="text/html", </v2/boxes/a%2Fb>; rel="successor-version"',
    );
  });

  it('says so to whoever is refused, too, and no other route does', async () => {
    const refused = await call('/v1/boxes/a', 'writer');
    expect([refused.status, refused.headers.get('deprecation')]).toEqual([403, '@1767225600']);
    const other = await call('/v1/sacks');
    expect([other.status, other.headers.get('deprecation'), other.headers.get('link')]).toEqual([200, null, null]);
  });

  it('answers 410 after its sunset, with what to call, to whoever may call it', async () => {
    const answer = await call('/v1/crates/a');
    expect(answer.status).toBe(410);
    expect(answer.headers.get('sunset')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
    expect(await answer.json()).toMatchObject({
      code: 'route_gone',
      detail: 'This route ended at 2026-01-01T00:00:00Z. Call /v2/boxes/a instead.',
    });
    expect((await call('/v1/crates/a', 'stolen')).status).toBe(401);
  });

  it('is counted, whoever calls it', async () => {
    const before = await counted();
    for (const token of ['reader', 'operator']) await call('/v1/boxes/1', token);
    await call('/v1/sacks');
    expect(await counted()).toBe(before + 2);
  });

  it('names each app and its key in the log, once however often it calls', async () => {
    const lines: string[] = [];
    const logger = createLogger('tiny', 'info', { write: (line) => lines.push(line) });
    const own = await startTinyService({ module: OldModule, logger });
    for (const [path, token] of [...Array<[string, string]>(3).fill(['crates/1', 'reader']), ['crates/2', 'operator']])
      await fetch(`${own.url}/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
    await own.close();
    const told = lines.map((line) => JSON.parse(line) as { route?: string; code?: string; count?: number });
    expect(told.filter(({ count }) => count !== undefined)).toEqual([
      expect.objectContaining({ route: '/v1/crates/:id', method: 'GET', keyId: APP_ID, appId: APP_ID, count: 1 }),
      expect.not.objectContaining({ keyId: expect.anything() }),
    ]);
  });

  it('is marked in the API document', async () => {
    const { paths } = (await (await call('/openapi.json')).json()) as {
      paths: Record<string, { get: { deprecated?: true; description?: string; responses: object } }>;
    };
    expect(paths['/v1/boxes/{id}']!.get).toMatchObject({
      ...{ deprecated: true, 'x-sunset': '2999-01-01T00:00:00Z' },
      description: 'Answers 410 from 2999-01-01T00:00:00Z on. Call /v2/boxes/{id} instead.',
      responses: { 410: {} },
    });
    expect(paths['/v1/sacks']!.get.deprecated).toBeUndefined();
  });

  it.each([
    ['before it is deprecated', { since: '2026-06-01T00:00:00Z', sunset: '2026-01-01T00:00:00Z' }],
    ['at no time', { since: '2026-06-01T00:00:00Z', sunset: 'in summer' }],
  ])('stops the start when it ends %s', async (_what, deprecated) => {
    @Controller()
    class Wrong {
      @Get('/things')
      @Endpoint({ allow: reader, summary: 'Things', responses, deprecated })
      list(): object {
        return {};
      }
    }
    @Module({ controllers: [Wrong] })
    class WrongModule {}
    const boot = startTinyService({ module: WrongModule });
    await expect(boot).rejects.toThrow(UnusableDeprecation);
    await expect(boot).rejects.toThrow(/GET \/things/);
  });

  async function counted(): Promise<number> {
    const lines = (await (await call('/metrics')).text()).split('\n');
    const line = lines.find((each) => each.startsWith('deprecated_requests_total') && each.includes('/v1/boxes/:id'));
    return Number(line?.split(' ').at(-1) ?? 0);
  }
});
