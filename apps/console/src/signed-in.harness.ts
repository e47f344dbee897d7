import { createLogger } from '@signalbox/telemetry';
import type { ConsoleConfig } from './config.js';
import { Operator } from './operator.harness.js';
import { startConsole } from './service.js';

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

export async function signIn(
  databaseUrl: string,
  push: { url: string; token: string },
  more: Partial<ConsoleConfig> = {},
): Promise<SignedIn> {
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
      PUSH_URL: push.url,
      OPERATOR_TOKEN: push.token,
      ...more,
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
