import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { DeliveryEnding } from './delivery-ending.js';

const REMEMBERED_ANSWER = 2000;
const CONNECTIONS = 64;

/** Posts webhooks over connections that are kept. Redirects are not followed: they are failures. */
export class Poster {
  private readonly http = new HttpAgent({ keepAlive: true, maxSockets: CONNECTIONS });
  private readonly https = new HttpsAgent({ keepAlive: true, maxSockets: CONNECTIONS });

  /** Never rejects. */
  async post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    timeoutMs: number,
  ): Promise<DeliveryEnding> {
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve) => {
      const unanswered = (error: Error): void =>
        resolve({ kind: 'unanswered', why: signal.aborted ? `no answer in ${timeoutMs} ms` : error.message });
      const length = String(Buffer.byteLength(body));
      const options = { method: 'POST', headers: { ...headers, 'content-length': length }, signal };
      const request = url.startsWith('https:')
        ? requestHttps(url, { ...options, agent: this.https })
        : requestHttp(url, { ...options, agent: this.http });
      request.on('error', unanswered);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text = (text + chunk).slice(0, REMEMBERED_ANSWER)));
        response.on('error', unanswered);
        response.on('end', () => resolve({ kind: 'answer', status: response.statusCode ?? 0, text }));
      });
      request.end(body);
    });
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}
