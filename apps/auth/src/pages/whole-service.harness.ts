import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { formatId, type LoginAnomaly, loginAnomalyContent, parseId, type Uuid } from '@signalbox/contracts';
import { ContentCipher, Envelope, loadMasterKey } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { loadConfig } from '../config.js';
import { mailContext, type SealedMail } from '../mail/mailer.js';
import { type RunningAuth, startAuth } from '../service.js';
import { CALLBACK, ISSUER } from './pages.harness.js';
import { type Seen, Visit } from './visit.harness.js';

export interface WholeApp {
  readonly appId: Uuid;
  readonly clientId: string;
}

/** Somebody with an account whose address is proven. */
export interface Account {
  readonly app: WholeApp;
  readonly email: string;
  readonly password: string;
}

const VERIFIER = randomBytes(32).toString('base64url');
export const PASSWORD = 'a walrus in the tea room';

/** The service as it is deployed, with nothing in the place of anything; mails are read where they wait to be sent. */
export class WholeService {
  private readonly cipher: ContentCipher;

  constructor(
    private readonly auth: RunningAuth,
    readonly database: Database,
    private readonly envelope: Envelope,
    private readonly operator: string,
  ) {
    this.cipher = new ContentCipher(database, envelope);
  }

  visit(): Visit {
    return new Visit(this.auth, { 'accept-language': 'en' });
  }

  async app(settings: object = {}): Promise<WholeApp> {
    const { id } = await this.asOperator<{ id: string }>('POST', '/v1/apps', { name: 'Kaffee', mode: 'test' });
    await this.asOperator('PUT', `/v1/apps/${id}/auth-settings`, settings);
    const client = { appId: id, kind: 'native', name: 'phone', redirectUris: [CALLBACK] };
    const { id: clientId } = await this.asOperator<{ id: string }>('POST', '/v1/clients', client);
    return { appId: parseId('app', id)!, clientId };
  }

  /** A secret key of the app's backend. */
  async key({ appId }: WholeApp, scopes: readonly string[]): Promise<string> {
    const key = { appId: formatId('app', appId), kind: 'secret', name: 'backend', scopes };
    return (await this.asOperator<{ key: string }>('POST', '/v1/api-keys', key)).key;
  }

  authorizeUrl({ clientId }: WholeApp, more: Record<string, string> = {}): string {
    const asked = {
      ...{ client_id: clientId, response_type: 'code', redirect_uri: CALLBACK, scope: 'openid', state: 's' },
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    };
    return `${ISSUER}/oauth/authorize?${new URLSearchParams(asked).toString()}`;
  }

  /** Sends the form of registration. */
  async register(app: WholeApp, email: string, password = PASSWORD): Promise<Seen> {
    const visit = this.visit();
    const login = await visit.get(this.authorizeUrl(app));
    const form = await visit.get(`${login.path}/register`);
    return visit.submit(form, form.path, { email, name: 'Ann', password });
  }

  /** @param app a new one unless told. */
  async account(app?: WholeApp): Promise<Account> {
    const account = { app: app ?? (await this.app()), email: newEmail(), password: PASSWORD };
    await this.register(account.app, account.email);
    await this.press(this.visit(), await this.linkTo(account.app, account.email));
    return account;
  }

  /** Goes to the page of sign-in and sends its form. */
  async logIn(visit: Visit, { app, email, password }: Account, more: Record<string, string> = {}): Promise<Seen> {
    const login = await visit.get(this.authorizeUrl(app, more));
    return visit.submit(login, `${login.path}/login`, { email, password });
  }

  /** Signs in from a browser, with everything that a phone may ask for. @returns its access token. */
  async signIn(visit: Visit, account: Account, more: Record<string, string> = {}): Promise<string> {
    const consent = await this.logIn(visit, account, { scope: 'openid account:manage', ...more });
    const end = await visit.submit(consent, `${consent.path}/consent`);
    const code = new URL(end.path).searchParams.get('code');
    const answer = await fetch(new URL('/oauth/token', this.auth.url), {
      method: 'POST',
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', code: code ?? '', redirect_uri: CALLBACK, code_verifier: VERIFIER },
        client_id: account.app.clientId,
      }),
    });
    if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  /** The page behind a link, and what comes of its button. */
  async press(visit: Visit, link: string, fields: Record<string, string> = {}): Promise<Seen> {
    const page = await visit.get(link);
    return visit.submit(page, page.path, fields);
  }

  async call(method: string, path: string, token?: string, body?: object): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(new URL(path, this.auth.url), {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** What was written to an address, the newest first. */
  async mailsTo({ appId }: WholeApp, to: string): Promise<SealedMail[]> {
    const { rows } = await this.database.query<{ sealed: Buffer }>(
      'SELECT sealed FROM auth_mail WHERE app_id = $1 ORDER BY created_at DESC, id DESC',
      [appId],
    );
    return rows
      .map(({ sealed }) => JSON.parse(this.envelope.open(sealed, mailContext(appId)).toString()) as SealedMail)
      .filter((mail) => mail.to === to);
  }

  /** The link in the newest mail to an address, of a kind if told. */
  async linkTo(app: WholeApp, to: string, template?: SealedMail['template']): Promise<string> {
    const mails = await this.mailsTo(app, to);
    const mail = mails.find((each) => template === undefined || each.template === template);
    if (mail === undefined || !('link' in mail.params)) throw new Error(`no link was sent to ${to}`);
    return mail.params.link;
  }

  /** What users of an app were asked, "was this you?", the newest first; with the tokens that only their phones get. */
  async alerts({ appId }: WholeApp): Promise<(LoginAnomaly & { token: string })[]> {
    const { rows } = await this.database.query<{ data: LoginAnomaly; content: Buffer; dek_id: Uuid }>(
      `SELECT payload AS data, content, dek_id FROM event_log
       WHERE app_id = $1 AND type = 'auth.login_anomaly' ORDER BY id DESC`,
      [appId],
    );
    return Promise.all(
      rows.map(async ({ data, content, dek_id }) => {
        const opened = JSON.parse((await this.cipher.decrypt(appId, dek_id, content)).toString()) as unknown;
        return { ...data, token: loginAnomalyContent.parse(opened).token };
      }),
    );
  }

  private async asOperator<Answer>(method: string, path: string, body: object): Promise<Answer> {
    const { status, body: answer } = await this.call(method, path, this.operator, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer as Answer;
  }
}

export const newEmail = (): string => `ann-${randomBytes(6).toString('hex')}@example.com`;

export function useWholeService(): () => WholeService {
  let auth: RunningAuth;
  let whole: WholeService;
  // Hooks after the tests run in the order they were made: the service leaves its database before it is dropped.
  afterAll(() => auth.close());
  const postgres = usePostgres();

  beforeAll(async () => {
    const operator = `sbo_${randomBytes(32).toString('base64url')}`;
    const masterKey = randomBytes(32).toString('base64');
    const config = loadConfig({
      DATABASE_URL: postgres.url(),
      QUEUE_PREFIX: '{pages}',
      PORT: '0',
      ISSUER,
      OPERATOR_TOKEN: operator,
      MASTER_KEY: masterKey,
    });
    auth = await startAuth(config, createLogger('auth', 'error'));
    const envelope = new Envelope(loadMasterKey({ key: masterKey }));
    whole = new WholeService(auth, postgres.database(), envelope, operator);
  }, 60_000);
  return () => whole;
}
