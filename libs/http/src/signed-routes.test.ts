import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, Post } from '@nestjs/common';
import { eventually } from '@signalbox/testing';
import { z } from 'zod';
import { startTinyService } from '../test/tiny-service.js';
import { allow, Endpoint, Problem, type RunningService, type SignedRoute, UnverifiedRoute } from './index.js';

const LIMIT = 1_000;
let visits: { body?: Buffer; left: number }[] = [];
let full = false;

const hook: SignedRoute = {
  path: '/hooks/:from',
  endpoint: {
    allow: allow.signedBy('Acme'),
    summary: 'Take what Acme says',
    params: z.strictObject({ from: z.string() }),
    headers: { 'Acme-Signature': { description: 'Over the body', required: true } },
    bodyLimit: LIMIT,
    responses: { 200: { description: 'Taken', schema: z.object({ bytes: z.int() }) } },
  },
  bodyDeadline: 200,
  enter: ({ params, headers }) => {
    if (full) throw new Problem({ status: 503, code: 'full', detail: 'Come back.', headers: { 'retry-after': '1' } });
    const visit: (typeof visits)[number] = { left: 0 };
    visits.push(visit);
    return {
      answer: async (body) => {
        visit.body = body;
        if (headers['acme-signature'] !== 'good')
          throw new Problem({ status: 400, code: 'unsigned', detail: 'Who are you?' });
        return { from: params['from'], bytes: body.length };
      },
      leave: () => (visit.left += 1),
    };
  },
};

describe('a route whose callers sign the body', () => {
  let service: RunningService;
  beforeAll(async () => (service = await startTinyService({ signedRoutes: [hook] })));
  afterAll(() => service.close());
  beforeEach(() => {
    visits = [];
    full = false;
  });

  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(`${service.url}/hooks/acme`, { method: 'POST', body, headers: { 'acme-signature': 'good', ...headers } });
  const everybodyLeft = () => eventually(() => expect(visits.map(({ left }) => left)).toEqual(visits.map(() => 1)));
  const code = async (answer: Response) => ((await answer.json()) as { code: string }).code;

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    ';;; what',
    '',
  ])('gets the bytes as they came, called %p', async (type) => {
    const body = Buffer.from([0xef, 0xbb, 0xbf, ...Buffer.from('{ "a":1 ,"a":2}\r\n'), 0xff, 0x00]);
    const answer = await post(body, { 'content-type': type });
    expect([answer.status, await answer.json()]).toEqual([200, { from: 'acme', bytes: body.length }]);
    expect(visits[0]!.body).toEqual(body);
    await everybodyLeft();
  });

  it('may come without a body, and with a query that nobody asked for', async () => {
    const url = `${service.url}/hooks/acme?utm_source=x`;
    const answer = await fetch(url, { method: 'POST', headers: { 'acme-signature': 'good' } });
    expect([answer.status, await answer.json()]).toEqual([200, { from: 'acme', bytes: 0 }]);
  });

  it('tells a sender who proves nothing, as a problem', async () => {
    const answer = await post('{}', { 'acme-signature': 'bad' });
    expect([answer.status, answer.headers.get('content-type'), await code(answer)]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
      'unsigned',
    ]);
    await everybodyLeft();
  });

  it('refuses a body beyond its limit, whether its length was told or not', async () => {
    expect((await post('x'.repeat(LIMIT))).status).toBe(200);
    expect((await post('x'.repeat(LIMIT + 1))).status).toBe(413);
    const stream = new Blob(['x'.repeat(LIMIT + 1)]).stream();
    const init = { method: 'POST', body: stream, duplex: 'half' } as const;
    const answer = await fetch(`${service.url}/hooks/acme`, init);
    expect([answer.status, await code(answer)]).toEqual([413, 'body_too_large']);
    expect(visits).toHaveLength(3);
    await everybodyLeft();
  });

  it('refuses before it reads when there is no room', async () => {
    full = true;
    const answer = await post('x'.repeat(100_000));
    expect([answer.status, answer.headers.get('retry-after'), await code(answer)]).toEqual([503, '1', 'full']);
    expect(visits).toEqual([]);
  });

  const half = 'POST /hooks/acme HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf of it';
  const dial = () => connect(Number(new URL(service.url).port), '127.0.0.1');

  it('knows that a sender hung up in the middle of the body', async () => {
    const socket = dial();
    socket.write(half);
    await eventually(() => expect(visits).toHaveLength(1));
    socket.destroy();
    await everybodyLeft();
    expect(visits[0]!.body).toBeUndefined();
  });

  it('cuts a body that does not end in time', async () => {
    const socket = dial();
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(half);
    await closed;
    await everybodyLeft();
    expect(visits[0]!.body).toBeUndefined();
  });

  it('leaves every other route to JSON', async () => {
    const answer = await fetch(`${service.url}/v1/parcels/p1`, {
      method: 'PUT',
      headers: { authorization: 'Bearer writer', 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(answer.status).toBe(415);
  });

  it('is in the API document, with its body and without a key', async () => {
    const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as { paths: object };
    expect(paths).toMatchObject({
      '/hooks/{from}': {
        post: {
          security: [],
          requestBody: { content: { '*/*': {} } },
          parameters: [
            { in: 'path', name: 'from' },
            { in: 'header', name: 'Acme-Signature', required: true },
          ],
        },
      },
    });
    const { responses } = (paths as Record<string, { post: { responses: object } }>)['/hooks/{from}']!.post;
    expect(Object.keys(responses)).toEqual(['200', 'default']);
  });
});

describe('a service', () => {
  const responses = { 200: { description: 'Fine' } };

  it('does not start with a controller that says "signed": nobody would verify it', async () => {
    @Controller()
    class Trusting {
      @Post('/hooks')
      @Endpoint({ allow: allow.signedBy('Acme'), summary: 'x', responses })
      take(): object {
        return {};
      }
    }
    @Module({ controllers: [Trusting] })
    class TrustingModule {}
    await expect(startTinyService({ module: TrustingModule })).rejects.toThrow(UnverifiedRoute);
  });

  it('does not start with a signed route that anybody may call', async () => {
    const open = { ...hook, endpoint: { ...hook.endpoint, allow: allow.publicly('a test') } };
    await expect(startTinyService({ signedRoutes: [open] })).rejects.toThrow(UnverifiedRoute);
  });
});
