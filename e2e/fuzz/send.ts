import { Agent, request as httpRequest } from 'node:http';
import type { FuzzedRequest } from './request.js';

/** What came back, or why nothing did. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly type: string; readonly text: string }
  | { readonly kind: 'silent'; readonly why: string };

/** Longer than any deadline of a service. Milliseconds. */
const PATIENCE = 25_000;

export type Send = (request: FuzzedRequest, token: string | undefined) => Promise<Outcome>;

/** Sends requests as they stand: `fetch` would tidy up paths and headers first. */
export function sender(urls: Readonly<Record<string, string>>, connections: number): { send: Send; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: ({ route, target, headers, body }, token) =>
      new Promise((resolve) => {
        const { hostname: host, port } = new URL(urls[route.service]!);
        const silent = (error: Error) => resolve({ kind: 'silent', why: error.message });
        const bytes = body === undefined ? undefined : Buffer.from(body, 'utf8');
        const sent = httpRequest(
          {
            ...{ agent, host, port, method: route.method, path: target, timeout: PATIENCE },
            headers: {
              ...headers,
              ...(token !== undefined && { authorization: `Bearer ${token}` }),
              ...(bytes !== undefined && { 'content-length': bytes.length }),
            },
          },
          (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('error', silent);
            response.on('end', () =>
              resolve({
                kind: 'answered',
                status: response.statusCode!,
                type: response.headers['content-type'] ?? '',
                text: Buffer.concat(parts).toString(),
              }),
            );
          },
        );
        sent.on('timeout', () => sent.destroy(new Error(`no answer in ${PATIENCE} ms`)));
        sent.on('error', silent);
        sent.end(bytes);
      }),
    close: () => agent.destroy(),
  };
}
