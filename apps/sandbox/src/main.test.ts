import { afterEach, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** Milliseconds for a program per port, one after the other. */
const PATIENCE = 45_000;
const FREE_PORTS = {
  CONTROL_PORT: '0',
  APNS_PORT: '0',
  FCM_PORT: '0',
  STRIPE_PORT: '0',
  BRAINTREE_PORT: '0',
  SIGN_IN_PORT: '0',
  MAIL_PORT: '0',
  WEB_PUSH_PORT: '0',
};
const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Runs the built program and reads its log line by line. */
function start(environment: Record<string, string>): {
  child: ChildProcess;
  line: () => Promise<Record<string, unknown>>;
} {
  const child = spawn(process.execPath, [MAIN], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => JSON.parse(String((await lines.next()).value)) as Record<string, unknown> };
}

describe('the sandbox program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'says when and where it is ready, whatever the log level, and stops on %s',
    async (signal) => {
      const { child, line } = start({ ...FREE_PORTS, LOG_LEVEL: 'silent' });
      const ready = await line();
      expect(ready).toMatchObject({
        ready: true,
        controlPort: expect.any(Number),
        apnsPort: expect.any(Number),
        fcmPort: expect.any(Number),
        stripePort: expect.any(Number),
        braintreePort: expect.any(Number),
        signInPort: expect.any(Number),
        mailPort: expect.any(Number),
        webPushPort: expect.any(Number),
      });
      expect((await fetch(`http://127.0.0.1:${String(ready['controlPort'])}/health/live`)).status).toBe(200);
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );

  it(
    'says which port is taken and which variable changes it',
    async () => {
      const squatter = createServer().listen(0, '127.0.0.1');
      await once(squatter, 'listening');
      const address = squatter.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      for (const variable of Object.keys(FREE_PORTS)) {
        const { child, line } = start({ ...FREE_PORTS, [variable]: String(port) });
        expect((await line())['msg']).toMatch(new RegExp(`port ${port} cannot be opened .*set ${variable}`));
        expect(await once(child, 'exit')).toEqual([1, null]);
      }
      squatter.close();
    },
    PATIENCE,
  );

  it('names a variable that is wrong', async () => {
    const { child, line } = start({ APNS_PORT: 'many' });
    expect((await line())['msg']).toContain('APNS_PORT');
    expect(await once(child, 'exit')).toEqual([1, null]);
  });
});
