import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomFrom } from '../schedule/random.ts';
import { FaultProxy } from './fault-proxy.ts';

describe('the fault proxy', () => {
  let echo: Server;
  let proxy: FaultProxy;
  let client: Socket;
  const heard = (): Promise<string> => once(client, 'data').then(([chunk]) => String(chunk));
  const says = (text: string): Promise<string> => {
    const answer = heard();
    client.write(text);
    return answer;
  };

  /** `once` would take the reset for a failure of its own. */
  const closed = (): Promise<unknown> => new Promise((resolve) => client.once('close', resolve));

  beforeAll(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => undefined).pipe(socket);
      socket.on('data', () => echo.emit('heard'));
    });
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });
  afterAll(() => void echo.close());
  beforeEach(async () => {
    proxy = await FaultProxy.open((echo.address() as AddressInfo).port, randomFrom(1));
    client = connect({ port: proxy.port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    await once(client, 'connect');
  });
  afterEach(() => {
    client.destroy();
    proxy.close();
  });

  it('carries bytes both ways when nothing is wrong', async () => {
    expect(await says('hello')).toBe('hello');
  });

  it('delays by the latency asked for', async () => {
    proxy.poison({ toxic: 'latency', ms: 80 });
    const began = performance.now();
    expect(await says('slow')).toBe('slow');
    expect(performance.now() - began).toBeGreaterThan(75);
  });

  it('lets nothing pass during a partition, and everything, in order, when it ends', async () => {
    proxy.poison({ toxic: 'partition', way: 'down' });
    let passed = '';
    client.on('data', (chunk) => (passed += String(chunk)));
    const atServer = once(echo, 'heard');
    client.write('one');
    await atServer;
    const second = once(echo, 'heard');
    client.write(' two');
    await second;
    expect(passed).toBe('');
    proxy.heal();
    while (passed !== 'one two') await heard();
  });

  it('resets every connection when its share is all of them', async () => {
    proxy.poison({ toxic: 'reset', share: 1 });
    await closed();
  });

  it('half-open: the client may write and hears nothing, and learns of it only when the network is back', async () => {
    expect(await says('before')).toBe('before');
    proxy.poison({ toxic: 'half-open' });
    client.write('into the void');
    expect(client.destroyed).toBe(false);
    proxy.heal();
    await closed();
  });

  it('trickles', async () => {
    proxy.poison({ toxic: 'trickle', bytesPerSecond: 100 });
    expect((await says('x'.repeat(30))).length).toBeLessThan(30);
  });
});
