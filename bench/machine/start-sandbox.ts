import { join } from 'node:path';
import { apnsCredential, type ApnsCredential } from '@signalbox/credentials';
import { launchProcess } from '@signalbox/process-control';
import type { Machine } from './machine.ts';

export interface Sandbox {
  /** Every message that Apple got, a line each, with when. */
  readonly log: string;
  readonly key: ApnsCredential;
}

/** Starts the sandbox, which answers as Apple does and writes down what came. */
export async function startSandbox(machine: Machine, directory: string): Promise<Sandbox> {
  const names = ['CONTROL', 'APNS', 'FCM', 'STRIPE', 'BRAINTREE', 'SIGN_IN', 'MAIL', 'WEB_PUSH'];
  const ports = Object.fromEntries(names.map((name) => [`${name}_PORT`, '0']));
  const log = join(directory, 'received.ndjson');
  const sandbox = await launchProcess({
    entry: 'apps/sandbox/dist/main.js',
    env: { HOST: '127.0.0.1', LOG_LEVEL: 'warn', STATE_DIR: undefined, ORACLE_LOG: log, ...ports },
    ready: { line: (line) => line.includes('"ready":true') },
  });
  machine.onStop(() => sandbox.stop());
  const { controlPort } = sandbox.jsonLines().find(({ ready }) => ready === true) as { controlPort: number };
  const answer = await fetch(`http://127.0.0.1:${controlPort}/v1/apns/credential`);
  return { log, key: apnsCredential.parse(await answer.json()) };
}
