import { createPrivateKey, sign } from 'node:crypto';
import { connect, type ClientHttp2Session } from 'node:http2';
import type { PushJob } from './push-queue.ts';

interface Credential {
  readonly teamId: string;
  readonly keyId: string;
  readonly privateKey: string;
  readonly endpoint: { readonly origin: string; readonly ca: string };
}

const DEADLINE_MS = 10_000;

/** Sends to Apple over one HTTP/2 connection, which is made anew when it ends. Throws on every answer but 200. */
export class ApnsSender {
  private session: ClientHttp2Session | undefined;
  private readonly credential: Credential;
  private readonly authorization: string;

  private constructor(credential: Credential) {
    this.credential = credential;
    this.authorization = `bearer ${providerToken(credential)}`;
  }

  static async open(sandboxUrl: string): Promise<ApnsSender> {
    const response = await fetch(`${sandboxUrl}/v1/apns/credential`);
    return new ApnsSender((await response.json()) as Credential);
  }

  async send({ key, token, apnsId }: PushJob): Promise<void> {
    const stream = this.connected().request({
      ':method': 'POST',
      ':path': `/3/device/${token}`,
      authorization: this.authorization,
      'apns-topic': 'com.example.app',
      'apns-push-type': 'alert',
      'apns-id': apnsId,
    });
    stream.end(JSON.stringify({ aps: { alert: { body: key } } }));
    const status = await new Promise<number>((resolve, reject) => {
      stream.setTimeout(DEADLINE_MS, () => stream.close());
      stream.once('response', (headers) => resolve(headers[':status'] ?? 0));
      stream.once('error', reject);
      stream.once('close', () => reject(new Error('no answer')));
      stream.resume();
    });
    if (status !== 200) throw new Error(`Apple answered ${status}`);
  }

  private connected(): ClientHttp2Session {
    if (this.session && !this.session.closed && !this.session.destroyed) return this.session;
    const { origin, ca } = this.credential.endpoint;
    this.session = connect(origin, { ca });
    this.session.on('error', () => undefined);
    // A session that was told to go away takes no new streams.
    this.session.once('goaway', () => (this.session = undefined));
    return this.session;
  }
}

function providerToken({ teamId, keyId, privateKey }: Credential): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'ES256', kid: keyId })}.${part({ iss: teamId, iat: Math.floor(Date.now() / 1_000) })}`;
  const key = { key: createPrivateKey(privateKey), dsaEncoding: 'ieee-p1363' } as const;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
