import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@signalbox/telemetry';
import { z } from 'zod';
import { ServiceClient } from './service-client.js';
import { sayOfPush } from './say-of-push.js';

const logger = createLogger('console', 'silent');

describe('the way to the push service', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** `within`: milliseconds for an answer; a busy machine needs some even for one that comes at once. */
  async function clientOf(answer: RequestListener, within = 5_000): Promise<ServiceClient> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new ServiceClient({
      service: 'push',
      url,
      operatorToken: 'sbo_x',
      logger,
      readWithin: within,
      changeWithin: within,
    });
  }

  it('ends after a while, and says so, when push hangs', async () => {
    const push = await clientOf(() => undefined, 100);
    const asked = push.request({ method: 'GET', path: '/v1/holds' });
    await expect(asked).rejects.toMatchObject({ status: 503, code: 'unavailable', headers: { 'retry-after': '5' } });
    const changed = push.request({ method: 'POST', path: '/v1/dead-letters/replay' });
    await expect(changed).rejects.toMatchObject({ detail: expect.stringContaining('not known whether this was done') });
  });

  it('is said in a word, for whoever looks whether the console is set up right', async () => {
    expect(await sayOfPush(await clientOf((_request, response) => response.writeHead(200).end('{}')))).toBe('ok');
    const refusing = await clientOf((_request, response) => response.writeHead(401).end());
    expect(await sayOfPush(refusing)).toBe('does not take this OPERATOR_TOKEN');
    const another = await clientOf((_request, response) => response.writeHead(404).end());
    expect(await sayOfPush(another)).toContain('another service');
    expect(await sayOfPush(await clientOf(() => undefined, 100))).toBe('does not answer at PUSH_URL');
  });

  it('says that push is away when nobody listens', async () => {
    const push = new ServiceClient({ service: 'push', url: 'http://127.0.0.1:1', operatorToken: 'sbo_x', logger });
    await expect(push.request({ method: 'GET', path: '/' })).rejects.toMatchObject({ status: 503 });
  });

  it('tells an operator, not a stranger, when the token is not the one of push', async () => {
    const push = await clientOf((_request, response) => response.writeHead(401).end());
    const asked = push.request({ method: 'GET', path: '/' });
    await expect(asked).rejects.toMatchObject({ status: 502, detail: expect.stringContaining('OPERATOR_TOKEN') });
  });

  it('does not carry the token to where an answer points', async () => {
    const paths: string[] = [];
    const push = await clientOf((request, response) => {
      paths.push(request.url!);
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(push.request({ method: 'GET', path: '/here' })).rejects.toMatchObject({ status: 503 });
    expect(paths).toEqual(['/here']);
  });

  it('takes no answer that it does not understand', async () => {
    const push = await clientOf((_request, response) => response.end('<html>'));
    await expect(push.ask(z.object({}), 'GET', '/')).rejects.toMatchObject({
      status: 502,
      code: 'answer_not_understood',
    });
  });
});
