import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ADDRESS_REFUSED, guardedLookup } from './guarded-lookup.js';

const PUBLIC = { allowPrivate: false };

function lookedUp(addresses: readonly string[] | NodeJS.ErrnoException, all = true, policy = PUBLIC): Promise<unknown> {
  const resolve = (): Promise<readonly string[]> =>
    addresses instanceof Error ? Promise.reject(addresses) : Promise.resolve(addresses);
  return new Promise((done) =>
    guardedLookup(policy, resolve)('push.example.com', { all }, (error, address, family) =>
      done(error ? error.code : all ? address : [address, family]),
    ),
  );
}

describe('a guarded look-up', () => {
  it('hands over the addresses that were checked, all or the first', async () => {
    const both = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'];
    expect(await lookedUp(both)).toEqual([
      { address: both[0], family: 4 },
      { address: both[1], family: 6 },
    ]);
    expect(await lookedUp(both, false)).toEqual([both[0], 4]);
  });

  it.each(['10.0.0.7', '127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.7', 'fe80::1'])(
    'refuses a name that also leads to %s',
    async (address) => {
      expect(await lookedUp(['93.184.215.14', address])).toBe(ADDRESS_REFUSED);
    },
  );

  it('lets this machine be reached where the policy says so, but never the clouds’ metadata', async () => {
    expect(await lookedUp(['127.0.0.1'], true, { allowPrivate: true })).toEqual([{ address: '127.0.0.1', family: 4 }]);
    expect(await lookedUp(['169.254.169.254'], true, { allowPrivate: true })).toBe(ADDRESS_REFUSED);
  });

  it('passes on what the name server said, and calls no answer ENOTFOUND', async () => {
    expect(await lookedUp(Object.assign(new Error('down'), { code: 'ESERVFAIL' }))).toBe('ESERVFAIL');
    expect(await lookedUp([])).toBe('ENOTFOUND');
  });

  it('is what a socket dials by, asked once', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked: string[] = [];
    const lookup = guardedLookup({ allowPrivate: true }, (name) => {
      asked.push(name);
      return Promise.resolve(['127.0.0.1']);
    });
    const socket = connect({ host: 'push.example.com', port: (server.address() as AddressInfo).port, lookup });
    await once(socket, 'connect');
    expect([asked, socket.remoteAddress]).toEqual([['push.example.com'], '127.0.0.1']);
    socket.destroy();
    server.close();
  });
});
