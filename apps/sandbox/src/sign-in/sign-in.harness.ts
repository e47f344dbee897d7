import { startWebhookReceiver, type WebhookReceiver } from '@signalbox/testing';
import { randomBytes } from 'node:crypto';
import { importPKCS8, type JWTPayload, SignJWT } from 'jose';
import * as client from 'openid-client';
import { SandboxHarness } from '../sandbox.harness.js';

export const REDIRECT = 'https://app.example/callback';

/** The configurations that `GET /v1/sign-in/{provider}/client` gives. */
export interface WebConfiguration {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}
export interface AppleConfiguration {
  readonly issuer: string;
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: string;
  readonly servicesId: string;
  readonly bundleIds: readonly string[];
}

export interface Person {
  readonly sub: string;
  readonly email: string;
}

/** One sign-in on its way: where the browser goes, and what must come back. */
export interface Journey {
  readonly url: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

/** A sandbox, openid-client as an unmodified relying party, and a web server that takes security events. */
export class SignInHarness {
  private constructor(
    readonly box: SandboxHarness,
    readonly receiver: WebhookReceiver,
  ) {}

  static async start(): Promise<SignInHarness> {
    return new SignInHarness(await SandboxHarness.start(), await startWebhookReceiver());
  }

  async stop(): Promise<void> {
    await this.box.stop();
    await this.receiver.close();
  }

  get origin(): string {
    return `http://127.0.0.1:${this.box.sandbox.signInPort}`;
  }

  /** One call of the control API under /v1/sign-in; fails on an error. */
  async control<Answer = Record<string, unknown>>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await this.box.control(method, `/v1/sign-in/${path}`, body);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Answer;
  }

  /** The people of a provider: Ann, Ben and Cleo. */
  async people(provider: string): Promise<[Person, Person, Person]> {
    return (await this.control<{ people: [Person, Person, Person] }>('GET', `${provider}/people`)).people;
  }

  /** A relying party of Google or of any provider that keeps to the standard. */
  async webParty(provider: string, authentication = client.ClientSecretPost): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = await this.control<WebConfiguration>('GET', `${provider}/client`);
    return party(issuer, clientId, authentication(clientSecret));
  }

  /** A relying party of Apple; absent an id, with the services id of the web. */
  async appleParty(clientId?: string, change: AppleSecretChange = {}): Promise<client.Configuration> {
    const configuration = await this.control<AppleConfiguration>('GET', 'apple/client');
    const id = clientId ?? configuration.servicesId;
    return party(configuration.issuer, id, client.ClientSecretPost(await appleSecret(configuration, id, change)));
  }

  /** Begins a sign-in with state, nonce and PKCE. */
  async journey(config: client.Configuration, params: Record<string, string> = {}): Promise<Journey> {
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      ...params,
    });
    return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
  }

  /** Where the browser is sent back to. */
  async redirected(url: URL): Promise<URL> {
    const response = await fetch(url, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location === null) throw new Error(`no redirect: ${response.status} ${await response.text()}`);
    return new URL(location);
  }

  /** The whole of a sign-in: from the redirect to the tokens. */
  async signIn(config: client.Configuration, params: Record<string, string> = {}) {
    const { url, checks } = await this.journey(config, { login_hint: 'ann@example.com', ...params });
    return client.authorizationCodeGrant(config, await this.redirected(url), checks);
  }
}

export interface AppleSecretChange extends JWTPayload {
  readonly kid?: string;
  readonly seconds?: number;
}

/** A client secret as Apple asks for it, or one that is wrong somewhere. */
export async function appleSecret(
  { teamId, keyId, privateKey }: Pick<AppleConfiguration, 'keyId' | 'privateKey' | 'teamId'>,
  clientId: string,
  { kid = keyId, seconds = 300, ...claims }: AppleSecretChange = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const whole = { iss: teamId, sub: clientId, aud: 'https://appleid.apple.com', iat: now, exp: now + seconds };
  return new SignJWT({ ...whole, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(await importPKCS8(privateKey, 'ES256'));
}

/** The fields of a page that posts itself, and where to. */
export function formOf(page: string): { action: string; fields: Record<string, string> } {
  const decoded = (text = ''): string =>
    text.replaceAll(/&#(\d+);/g, (_sign, code: string) => String.fromCharCode(Number(code)));
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
    ([, name, value]) => [decoded(name), decoded(value)] as const,
  );
  return { action: decoded(/action="([^"]*)"/.exec(page)?.[1]), fields: Object.fromEntries(fields) };
}

/** A form, as a browser sends it to a relying party. */
export function posted(url: string, fields: Readonly<Record<string, string>>): Request {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return new Request(url, { method: 'POST', headers, body: new URLSearchParams(fields).toString() });
}

/** What a relying party says when it refuses, with the reason behind it; fails when it does not refuse. */
export async function failure(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was taken');
  return `${error.message}: ${JSON.stringify(error.cause)} ${String(error.cause)}`;
}

export function unique(): string {
  return randomBytes(6).toString('hex');
}

function party(issuer: string, clientId: string, authentication: client.ClientAuth): Promise<client.Configuration> {
  // Marked as deprecated to make it stand out; the sandbox is what it is for.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks];
  return client.discovery(new URL(issuer), clientId, undefined, authentication, { execute });
}
