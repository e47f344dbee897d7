import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { z } from 'zod';
import { startTinyService } from '../../test/tiny-service.js';
import { allow, cached, Endpoint, problems, ReplyHead, type RunningService } from '../index.js';

const state = { word: 'first' };
const said = { 200: { description: 'It', schema: z.object({ word: z.string() }) } };
const anybody = { allow: allow.publicly('a test'), responses: said };

@Controller('/v1/words')
class WordsController {
  @Get('/secret')
  @Endpoint({ ...anybody, summary: 'Say nothing of caches' })
  secret(): object {
    return { ...state };
  }

  @Get('/mine')
  @Endpoint({ ...anybody, summary: 'May be kept by its caller', cache: cached.revalidated })
  mine(): object {
    return { ...state };
  }

  @Get('/everybodys')
  @Endpoint({ ...anybody, summary: 'May be kept by anybody', cache: cached.publicly(60, 240) })
  everybodys(): object {
    return { ...state };
  }

  @Get('/versioned')
  @Endpoint({ ...anybody, summary: 'Has a version of its own', cache: cached.revalidated })
  versioned(@ReplyHead() reply: ReplyHead): object {
    reply.header('etag', '"7"');
    return { ...state };
  }

  @Get('/by-language')
  @Endpoint({ ...anybody, summary: 'Depends on more', cache: cached.revalidated })
  byLanguage(@ReplyHead() reply: ReplyHead): object {
    reply.header('vary', 'Accept-Language');
    return { ...state };
  }

  @Get('/missing')
  @Endpoint({ ...anybody, summary: 'Is not there', cache: cached.publicly(60, 240) })
  missing(): object {
    throw problems.notFound('No such word.');
  }
}

@Module({ controllers: [WordsController] })
class WordsModule {}

describe('answers that may be kept', () => {
  let service: RunningService;
  beforeAll(async () => {
    service = await startTinyService({ module: WordsModule });
  });
  afterAll(() => service.close());

  const ask = async (path: string, ifNoneMatch?: string, method = 'GET') => {
    const answer = await fetch(`${service.url}/v1/words/${path}`, {
      method,
      headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch },
      cache: 'no-store',
    });
    const { headers, status } = answer;
    return {
      status,
      cacheControl: headers.get('cache-control'),
      etag: headers.get('etag') ?? '',
      vary: headers.get('vary'),
      text: await answer.text(),
    };
  };

  it('say who may keep them: nobody, unless the route says otherwise', async () => {
    const policies = await Promise.all(
      ['secret', 'mine', 'everybodys'].map(async (path) => (await ask(path)).cacheControl),
    );
    expect(policies).toEqual(['no-store', 'private, no-cache', 'public, max-age=60, stale-while-revalidate=240']);
    expect((await ask('secret')).etag).toBe('');
    expect(await ask('missing')).toMatchObject({ status: 404, cacheControl: 'no-store', etag: '' });
  });

  it.each(['mine', 'everybodys'])('are not sent again to who has them: %s', async (path) => {
    const first = await ask(path);
    expect(first).toMatchObject({
      status: 200,
      text: JSON.stringify(state),
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    const again = await ask(path, `"other", W/${first.etag}`);
    expect(again).toEqual({ ...first, status: 304, text: '' });
    state.word = `after ${path}`;
    const changed = await ask(path, first.etag);
    expect(changed).toMatchObject({ status: 200, text: JSON.stringify(state) });
    expect(changed.etag).not.toBe(first.etag);
  });

  it('keep the version that a route has for its changes', async () => {
    expect(await ask('versioned')).toMatchObject({ status: 200, etag: '"7"', cacheControl: 'private, no-cache' });
    expect((await ask('versioned', '"7"')).status).toBe(304);
    expect((await ask('versioned', '"6"')).status).toBe(200);
  });

  it('are of their caller: a cache gives them to no other, whose answer may have the same ETag', async () => {
    const varies = await Promise.all(
      ['mine', 'by-language', 'everybodys', 'secret'].map(async (path) => (await ask(path)).vary),
    );
    expect(varies).toEqual(['Authorization', 'Accept-Language, Authorization', null, null]);
    expect(await ask('versioned', '"7"')).toMatchObject({ status: 304, vary: 'Authorization' });
  });

  it.each(['mine', 'everybodys', 'versioned', 'secret'])(
    'are told to HEAD as to GET, without the body: %s',
    async (path) => {
      const got = await ask(path);
      expect(await ask(path, undefined, 'HEAD')).toEqual({ ...got, text: '' });
      if (path === 'secret') return;
      expect(await ask(path, got.etag, 'HEAD')).toEqual({ ...got, status: 304, text: '' });
    },
  );

  it('say so in the API document', async () => {
    const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, { get: { responses: Record<string, object> } }>;
    };
    expect(paths['/v1/words/mine']!.get.responses).toMatchObject({
      200: { headers: { 'Cache-Control': { example: 'private, no-cache' }, ETag: {} } },
      304: { $ref: '#/components/responses/NotModified' },
    });
    expect(paths['/v1/words/secret']!.get.responses['304']).toBeUndefined();
  });
});
