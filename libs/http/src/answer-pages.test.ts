import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, Module, Put } from '@nestjs/common';
import { z } from 'zod';
import { startTinyService } from '../test/tiny-service.js';
import { allow, Endpoint, type RunningService } from './index.js';

const DONE = { 200: { description: 'Done' } };
const params = z.strictObject({ id: z.string() });

@Controller('/v1/browsers')
class BrowsersController {
  @Put('/:id')
  @Endpoint({ allow: allow.scope('devices:register-own'), summary: 'Put', params, fromBrowsers: true, responses: DONE })
  put(): object {
    return {};
  }

  @Delete('/:id')
  @Endpoint({ allow: allow.scope('devices:register-own'), summary: 'Go', params, fromBrowsers: true, responses: DONE })
  remove(): object {
    return {};
  }

  @Get()
  @Endpoint({ allow: allow.scope('devices:read'), summary: 'For backends', responses: DONE })
  list(): object {
    return {};
  }
}

@Module({ controllers: [BrowsersController] })
class BrowsersModule {}

describe('a page of another origin', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startTinyService({ module: BrowsersModule });
  });
  afterAll(() => service.close());

  const page = { origin: 'https://shop.example' };
  const call = (method: string, path: string, headers: Record<string, string> = page) =>
    fetch(new URL(path, service.url), { method, headers });
  const ask = (path: string) => call('OPTIONS', path, { ...page, 'access-control-request-method': 'PUT' });
  const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

  it('is told, before it calls, which methods it may call with a key of its own', async () => {
    const answer = await ask('/v1/browsers/1');
    expect(answer.status).toBe(204);
    expect(allowed(answer)).toBe('*');
    expect(answer.headers.get('access-control-allow-methods')).toBe('DELETE, PUT');
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('may read the answer, a refusal as well', async () => {
    const answer = await call('PUT', '/v1/browsers/1');
    expect([answer.status, allowed(answer)]).toEqual([401, '*']);
  });

  it('is told nothing of routes that are for backends', async () => {
    const other = await ask('/v1/browsers');
    expect([other.status, allowed(other)]).toEqual([405, null]);
    expect(allowed(await ask('/v1/nowhere'))).toBeNull();
  });

  it('is what the headers are for: without an origin there are none', async () => {
    expect(allowed(await call('PUT', '/v1/browsers/1', {}))).toBeNull();
  });
});
