import { afterAll, beforeAll } from '@jest/globals';
import { migrateQueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { type TestPostgres, usePostgres } from '@signalbox/testing';
import type { ConsoleConfig } from './config.js';
import { Operator } from './operator.harness.js';
import { startConsole } from './service.js';
import { PushStandIn } from './services/push-stand-in.harness.js';

export const PASSWORD = 'correct horse battery';

/** The page after a form. */
export interface Followed {
  readonly to: string;
  readonly message: string;
  readonly page: string;
  /** The cookies that it set. */
  readonly cookies: readonly string[];
}

/** A console on the Postgres backend, an operator who is signed in to it, and the lines that it logs. */
export interface SignedIn {
  readonly url: string;
  /** Every line logged so far that says this. */
  logged(message: string): Record<string, unknown>[];
  get(path: string): Promise<Response>;
  /** The text of a page, which must be there. */
  page(path: string): Promise<string>;
  /** Sends a form of our own page. */
  submit(path: string, fields?: Record<string, string>): Promise<Response>;
  /** Sends a form and follows to the page after it, with the message that was left for it. */
  follow(path: string, fields?: Record<string, string>): Promise<Followed>;
  call: Operator['call'];
  ours: Operator['ours'];
  readonly session: string;
  close(): Promise<void>;
}

/** Those that a test has its say in. */
type Settings = Partial<ConsoleConfig> & Pick<ConsoleConfig, 'PUSH_URL' | 'OPERATOR_TOKEN'>;

/** What a test of the console's pages stands on. */
export interface OperatorsConsole {
  readonly postgres: TestPostgres;
  /** What the console asks, and where it sends what an operator does. */
  readonly push: PushStandIn;
  /** Ready inside hooks and tests. */
  operator(): SignedIn;
}

/** For a describe block: a console of its own with an operator in it, and what both stand on. `more`: settings besides, by the stand-in's URL. */
export function useOperator(more: (pushUrl: string) => Partial<ConsoleConfig> = () => ({})): OperatorsConsole {
  let operator: SignedIn | undefined;
  const push = new PushStandIn('sbo_the-token-of-push');
  // Hooks run in the order of their making: the console leaves before its database is dropped.
  afterAll(async () => {
    await Promise.all([operator?.close(), push.stop()]);
  });
  const postgres = usePostgres();
  beforeAll(async () => {
    await migrateQueueBackend(postgres.url());
    const url = await push.start();
    operator = await signIn(postgres.url(), { PUSH_URL: url, OPERATOR_TOKEN: push.token, ...more(url) });
  }, 60_000);
  return { postgres, push, operator: () => operator! };
}

async function signIn(databaseUrl: string, settings: Settings): Promise<SignedIn> {
  const lines: string[] = [];
  const logger = createLogger('console', 'info', { write: (line) => lines.push(line) });
  const running = await startConsole(
    {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'info',
      DATABASE_URL: databaseUrl,
      QUEUE_PREFIX: '{console}',
      OPERATOR_PASSWORD: PASSWORD,
      ...settings,
    },
    logger,
  );
  const operator = new Operator(() => running.url);
  const session = Operator.cookieIn(await operator.signIn(PASSWORD));
  const token = await operator.formToken(session);
  const get = (path: string) => operator.call('GET', path, { session, headers: { accept: 'text/html' } });
  const submit = (path: string, fields: Record<string, string> = {}) =>
    operator.call('POST', path, {
      session,
      headers: operator.ours(),
      body: new URLSearchParams({ ...fields, csrf: token }),
    });
  return {
    url: running.url,
    logged: (message) =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === message),
    get,
    async page(path) {
      const answer = await get(path);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      return answer.text();
    },
    submit,
    async follow(path, fields) {
      const answer = await submit(path, fields);
      const to = answer.headers.get('location') ?? `no redirect but ${answer.status}`;
      const next = await operator.call('GET', to, { session: `${session}; ${Operator.cookieIn(answer)}` });
      const page = await next.text();
      const message = /<p class="message[^>]*>\s*([^<]*?)\s*<\/p>/.exec(page)?.[1] ?? '';
      return { to, message, page, cookies: next.headers.getSetCookie() };
    },
    call: operator.call.bind(operator),
    ours: () => ({ ...operator.ours(), 'x-xsrf-token': token }),
    session,
    close: () => running.close(),
  };
}
