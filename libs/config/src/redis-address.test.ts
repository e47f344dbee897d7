import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseEnvironment } from './parse-environment.js';
import { parseRedisUrl } from './redis-address.js';
import { redisUrl } from './variables.js';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-redis-url-'));
const caFile = join(folder, 'ca.pem');
writeFileSync(caFile, '');
afterAll(() => rmSync(folder, { recursive: true }));

describe('REDIS_URL', () => {
  it.each([
    ['redis://redis', { kind: 'one', hosts: [{ host: 'redis', port: 6_379 }], database: 0, tls: undefined }],
    ['redis://127.0.0.1:7000/3', { hosts: [{ host: '127.0.0.1', port: 7_000 }], database: 3 }],
    ['redis://[::1]:7000', { hosts: [{ host: '::1', port: 7_000 }] }],
    ['redis://:p%40ss@redis', { username: undefined, password: 'p@ss' }],
    ['redis://ann:secret@redis', { username: 'ann', password: 'secret' }],
    ['rediss://redis', { tls: { caFile: undefined, serverName: undefined, certFile: undefined, keyFile: undefined } }],
    [`rediss://redis?caFile=${caFile}&serverName=r.example`, { tls: { caFile, serverName: 'r.example' } }],
    [
      'redis-sentinel://:pw@a,b:26380/main/2?sentinelPassword=s',
      {
        kind: 'sentinel',
        hosts: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 26_380 },
        ],
        master: 'main',
        database: 2,
        password: 'pw',
        sentinelPassword: 's',
      },
    ],
    [
      'rediss-cluster://a:7000,b',
      {
        kind: 'cluster',
        hosts: [
          { host: 'a', port: 7_000 },
          { host: 'b', port: 6_379 },
        ],
        tls: expect.any(Object),
      },
    ],
  ])('may be %s', (url, address) => {
    expect(parseRedisUrl(url)).toMatchObject(address);
  });

  it.each([
    ['http://redis', /^REDIS_URL: must be redis:\/\/host:6379, redis-sentinel:\/\//],
    ['redis://a,b', /names 2 hosts, so it must be redis-sentinel:\/\/ or redis-cluster:\/\//],
    ['redis://a:99999', /a:99999 is not a host with a port/],
    ['redis-sentinel://a,b', /must end with the name of the master/],
    ['redis-cluster://a/1', /names database 1, and a Redis Cluster has database 0 alone/],
    ['redis://a/main', /ends with \/main, where the number of a database may stand/],
    ['redis://a?caFile=/x', /has caFile, which needs TLS: write rediss:\/\//],
    ['rediss://a?cafile=/x', /unknown option cafile; there is caFile, certFile, keyFile, serverName/],
    ['rediss://a?caFile=/no/such.pem', /names the caFile \/no\/such\.pem, which cannot be read \(ENOENT\)/],
    [`rediss://a?certFile=${caFile}`, /must name both certFile and keyFile/],
    ['redis://:50%@a', /write %25/],
  ])('is refused as %s, and says what to write', (url, message) => {
    const read = (): unknown => parseEnvironment(z.object({ REDIS_URL: redisUrl }), { REDIS_URL: url });
    expect(read).toThrow(expect.objectContaining({ problems: [expect.stringMatching(message)] }));
  });

  it('never shows its password when it is refused', () => {
    expect(() => parseRedisUrl('redis://ann:secret@a,b')).toThrow(/^(?!.*secret)/);
  });

  it.each([
    'redis://:secret/part@redis:6379',
    'redis://:secret?part@redis:6379',
    'redis://:secret@1/part@redis',
    'redis-sentinel://ann:6379/part@s1',
    'redis-sentinel://s1/main?sentinelPassword=x?part@y',
  ])('shows nothing of one that is not percent-encoded: %s', (url) => {
    expect(() => parseRedisUrl(url)).toThrow(/^(?!.*(secret|part)).*(percent-encode|must be redis:)/);
  });
});
