import { createLogger } from '@signalbox/telemetry';
import { importPKCS8, SignJWT } from 'jose';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { startSandbox, type Sandbox } from './sandbox.js';

/** What a request to APNs came back with; `unanswered` when its stream ended without a response. */
export type Reply =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly reason: string | undefined;
      readonly timestamp: number | undefined;
      readonly apnsId: string;
      readonly retryAfter: string | undefined;
    }
  | { readonly kind: 'unanswered'; readonly code: number };

export interface Push {
  readonly token?: string;
  readonly method?: string;
  readonly path?: string;
  readonly authorization?: string | undefined;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Credential {
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: string;
  readonly endpoint: { readonly origin: string; readonly ca: string };
}

/** A device token of the ordinary kind, the same for the same number. */
export function deviceToken(number = 1): string {
  return number.toString(16).padStart(64, '0');
}

/** A sandbox on ports of its own, and a client that speaks to both of its sides. */
export class SandboxHarness {
  private readonly sessions: ClientHttp2Session[] = [];

  private constructor(
    readonly sandbox: Sandbox,
    readonly credential: Credential,
    readonly jwt: string,
  ) {}

  static async start(kept: { stateDirectory?: string; oracleLog?: string } = {}): Promise<SandboxHarness> {
    const sandbox = await startSandbox(
      {
        host: '127.0.0.1',
        publicHost: '127.0.0.1',
        controlPort: 0,
        apnsPort: 0,
        fcmPort: 0,
        stripePort: 0,
        braintreePort: 0,
        signInPort: 0,
        mailPort: 0,
        webPushPort: 0,
        stateDirectory: kept.stateDirectory,
        oracleLog: kept.oracleLog,
        logLevel: 'silent',
      },
      createLogger('sandbox', 'silent'),
    );
    const response = await fetch(`http://127.0.0.1:${sandbox.controlPort}/v1/apns/credential`);
    const credential = (await response.json()) as Credential;
    return new SandboxHarness(sandbox, credential, await providerToken(credential));
  }

  async stop(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await this.sandbox.stop();
  }

  /** One call of the control API; a body is sent as JSON. */
  async control(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; type: string | null; body: unknown }> {
    const response = await fetch(`http://127.0.0.1:${this.sandbox.controlPort}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  connect(): ClientHttp2Session {
    const session = connect(this.credential.endpoint.origin, { ca: this.credential.endpoint.ca });
    session.on('error', () => undefined);
    this.sessions.push(session);
    return session;
  }

  /** Sends a valid alert, changed by what `push` says. */
  send(session: ClientHttp2Session, push: Push = {}): Promise<Reply> {
    const authorization = 'authorization' in push ? push.authorization : `bearer ${this.jwt}`;
    const stream = session.request({
      ':method': push.method ?? 'POST',
      ':path': push.path ?? `/3/device/${push.token ?? deviceToken()}`,
      ...(authorization !== undefined && { authorization }),
      'apns-topic': 'dev.signalbox.demo',
      'apns-push-type': 'alert',
      ...push.headers,
    });
    stream.end(push.body ?? '{"aps":{"alert":"hello"}}');
    return new Promise((resolve) => {
      let head: Record<string, unknown> | undefined;
      let text = '';
      stream.setEncoding('utf8');
      stream.on('response', (headers) => (head = headers));
      stream.on('data', (chunk: string) => (text += chunk));
      stream.on('error', () => undefined);
      stream.on('close', () => {
        if (!head) return resolve({ kind: 'unanswered', code: stream.rstCode });
        const body = (text === '' ? {} : JSON.parse(text)) as { reason?: string; timestamp?: number };
        resolve({
          kind: 'answered',
          status: Number(head[':status']),
          reason: body.reason,
          timestamp: body.timestamp,
          apnsId: String(head['apns-id']),
          retryAfter: head['retry-after'] as string | undefined,
        });
      });
    });
  }
}

/** A JWT as a sender makes it; `iat` in seconds. */
export async function providerToken(
  credential: Pick<Credential, 'teamId' | 'keyId' | 'privateKey'>,
  iat = Math.floor(Date.now() / 1000),
): Promise<string> {
  const key = await importPKCS8(credential.privateKey, 'ES256');
  return new SignJWT({ iss: credential.teamId, iat })
    .setProtectedHeader({ alg: 'ES256', kid: credential.keyId })
    .sign(key);
}
