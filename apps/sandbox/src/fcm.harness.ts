import { createPrivateKey } from 'node:crypto';
import { type ClientHttp2Session, connect } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { SignJWT } from 'jose';
import type { SandboxHarness } from './sandbox.harness.js';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface FcmCredential {
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly token_uri: string;
  readonly endpoint: { readonly origin: string; readonly ca: string };
}

/** What a request came back with; `unanswered` when its stream or connection ended without a response. */
export type FcmReply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, unknown>>;
      readonly body: unknown;
    }
  | { readonly kind: 'unanswered'; readonly code: string };

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one request and reads its answer. */
export type Transport = (call: Call) => Promise<FcmReply>;

/** A registration token of the ordinary kind, the same for the same number. */
export function registrationToken(number = 1, prefix = 'cQ'): string {
  return `${prefix}${String(number).padStart(20, '0')}:APA91b${'x'.repeat(128)}`;
}

/** A sender that speaks to the sandbox's FCM as Google documents it, over HTTP/1.1 or HTTP/2. */
export class FcmSender {
  private constructor(
    readonly credential: FcmCredential,
    private readonly agent: Agent,
    private readonly sessions: ClientHttp2Session[],
    readonly accessToken: string,
  ) {}

  static async start(box: SandboxHarness): Promise<FcmSender> {
    const { body } = await box.control('GET', '/v1/fcm/credential');
    const credential = body as FcmCredential;
    const agent = new Agent({ keepAlive: true, ca: credential.endpoint.ca });
    const granted = await grant(agent, credential, await assertion(credential));
    const { access_token: token } = (granted.kind === 'answered' && granted.body) as { access_token: string };
    return new FcmSender(credential, agent, [], token);
  }

  stop(): void {
    this.agent.destroy();
    for (const session of this.sessions) session.destroy();
  }

  /** HTTP/1.1 on pooled connections. */
  http1: Transport = (call) => overHttp1(this.agent, this.credential.endpoint.origin, call);

  /** HTTP/2 on a connection of its own. */
  http2(): Transport & { session: ClientHttp2Session } {
    const session = connect(this.credential.endpoint.origin, { ca: this.credential.endpoint.ca });
    session.on('error', () => undefined);
    this.sessions.push(session);
    return Object.assign((call: Call) => overHttp2(session, call), { session });
  }

  /** Exchanges an assertion for an access token. */
  grant(signed: string, grantType?: string): Promise<FcmReply> {
    return grant(this.agent, this.credential, signed, grantType);
  }

  /** Sends a valid message to `token`, changed by what `message` says. */
  send(
    transport: Transport,
    message: object = { token: registrationToken() },
    change: { authorization?: string | undefined; project?: string; body?: string; path?: string } = {},
  ): Promise<FcmReply> {
    const authorization = 'authorization' in change ? change.authorization : `Bearer ${this.accessToken}`;
    return transport({
      method: 'POST',
      path: change.path ?? `/v1/projects/${change.project ?? this.credential.project_id}/messages:send`,
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: change.body ?? JSON.stringify({ message: { notification: { title: 'Hello' }, ...message } }),
    });
  }
}

/** A JWT as a service account signs it. */
export function assertion(
  credential: FcmCredential,
  change: { aud?: string; iat?: number; exp?: number; scope?: string; iss?: string; key?: string } = {},
): Promise<string> {
  const iat = change.iat ?? Math.floor(Date.now() / 1000);
  return new SignJWT({ scope: change.scope ?? SCOPE, iat, exp: change.exp ?? iat + 3600 })
    .setProtectedHeader({ alg: 'RS256', kid: credential.private_key_id })
    .setIssuer(change.iss ?? credential.client_email)
    .setAudience(change.aud ?? credential.token_uri)
    .sign(createPrivateKey(change.key ?? credential.private_key));
}

function grant(agent: Agent, credential: FcmCredential, signed: string, grantType = JWT_BEARER): Promise<FcmReply> {
  return overHttp1(agent, credential.endpoint.origin, {
    method: 'POST',
    path: new URL(credential.token_uri).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: grantType, assertion: signed }).toString(),
  });
}

function overHttp1(agent: Agent, origin: string, { method, path, headers, body }: Call): Promise<FcmReply> {
  return new Promise((resolve) => {
    const request = httpsRequest(origin + path, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({
          kind: 'answered',
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: parsed(text),
        }),
      );
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ kind: 'unanswered', code: error.code ?? '' }));
    request.end(body);
  });
}

function overHttp2(session: ClientHttp2Session, { method, path, headers, body }: Call): Promise<FcmReply> {
  const stream = session.request({ ':method': method, ':path': path, ...headers });
  stream.end(body);
  return new Promise((resolve) => {
    let head: Record<string, unknown> | undefined;
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (received) => (head = received));
    stream.on('data', (chunk: string) => (text += chunk));
    stream.on('error', () => undefined);
    stream.on('close', () =>
      resolve(
        head
          ? { kind: 'answered', status: Number(head[':status']), headers: head, body: parsed(text) }
          : { kind: 'unanswered', code: String(stream.rstCode) },
      ),
    );
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
