import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { TRANSPORT_KINDS, type TransportKind } from './transport-kind.js';

const BUILT = new URL('../../dist/', import.meta.url);

/** Which SDKs a process of its own has loaded once the service's code and this kind of transport are there. */
async function loadedWith(kind: TransportKind): Promise<string[]> {
  const script = `
    import { createRequire } from 'node:module';
    await import('${BUILT.href}service.js');
    const { loadTransports } = await import('${BUILT.href}providers/load-transports.js');
    await loadTransports('${kind}');
    const files = Object.keys(createRequire(import.meta.url).cache).join(' ');
    console.log(JSON.stringify(['firebase-admin', 'node-apn'].filter((sdk) => files.includes('/' + sdk + '/'))));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return JSON.parse(stdout) as string[];
}

describe('a push process', () => {
  it.each(TRANSPORT_KINDS)(
    'with transport %s has loaded the SDKs only if it speaks through them',
    async (kind) => {
      expect(await loadedWith(kind)).toEqual(kind === 'sdk' ? ['firebase-admin', 'node-apn'] : []);
    },
    60_000,
  );
});
