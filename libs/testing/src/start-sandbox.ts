import type { RunningProcess } from '@signalbox/process-control';
import { startProcess } from './start-process.js';

/** Every provider that Signalbox calls, in a process of a test's own (docs/sandbox.md). */
export interface TestSandbox extends Pick<RunningProcess, 'stop'> {
  /** Of its control API. */
  readonly origin: string;
  /** Of its mail server, on 127.0.0.1. */
  readonly mailPort: number;
  /** Asks the control API. @throws when it answers with an error. */
  control<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** @param env beside the ports, which are free ones. */
export async function startSandbox(env: Readonly<Record<string, string>> = {}): Promise<TestSandbox> {
  const names = [
    'CONTROL_PORT',
    'APNS_PORT',
    'FCM_PORT',
    'STRIPE_PORT',
    'BRAINTREE_PORT',
    'SIGN_IN_PORT',
    'MAIL_PORT',
    'WEB_PUSH_PORT',
  ];
  const ports = Object.fromEntries(names.map((name) => [name, '0']));
  const sandbox = await startProcess({
    entry: 'apps/sandbox/dist/main.js',
    env: { HOST: '127.0.0.1', LOG_LEVEL: 'warn', STATE_DIR: undefined, ...ports, ...env },
    ready: { line: (line) => line.includes('"ready":true') },
  });
  const { controlPort, mailPort } = sandbox.jsonLines().find(({ ready }) => ready === true) as Record<
    'controlPort' | 'mailPort',
    number
  >;
  const origin = `http://127.0.0.1:${controlPort}`;
  return {
    origin,
    mailPort,
    async control<Answer>(method: string, path: string, body?: unknown) {
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
      const response = await fetch(new URL(path, origin), init);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as Answer;
    },
    stop: () => sandbox.stop(),
  };
}
