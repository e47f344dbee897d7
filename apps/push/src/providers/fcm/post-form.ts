import { Agent, request as httpsRequest } from 'node:https';
import type { FcmCredential } from '@signalbox/credentials';
import { atEndpoint } from './at-endpoint.js';

const LONGEST_ANSWER = 65_536;

export interface PostFormOptions {
  readonly endpoint: FcmCredential['endpoint'];
  readonly deadlineMs: number;
  /** Ends it without an answer. */
  readonly signal: AbortSignal;
}

/**
 * Sends a form and reads the answer, on a connection of its own that is not kept: a token is fetched once an hour.
 *
 * @throws the system's error, or one with the code TIMEOUT after `deadlineMs`, TOO_LONG, ABORT_ERR.
 */
export function postForm(
  url: string,
  form: string,
  { endpoint, deadlineMs, signal }: PostFormOptions,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(form),
    };
    const agent = new Agent({ keepAlive: false, ...atEndpoint(endpoint) });
    const request = httpsRequest(url, { method: 'POST', agent, headers, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > LONGEST_ANSWER) request.destroy(coded('TOO_LONG'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    const deadline = setTimeout(() => request.destroy(coded('TIMEOUT')), deadlineMs);
    request.on('error', reject);
    request.on('close', () => clearTimeout(deadline));
    request.end(form);
  });
}

function coded(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
