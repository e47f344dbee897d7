import { randomUUID } from 'node:crypto';
import type { AccessStage, ServiceName } from '../access-stage.js';

export type Body = Readonly<Record<string, unknown>>;

/** Calls a route, `PUT /v1/policy`, say. @throws Error when it answers anything but 2xx. */
export type Ask = (service: ServiceName, route: string, body?: unknown) => Promise<Body>;

/** Asks with one credential. */
export function askerWith({ urls }: Pick<AccessStage, 'urls'>, token: string): Ask {
  return async (service, route, body) => {
    const [method, path] = route.split(' ') as [string, string];
    const answer = await fetch(urls[service] + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service} ${route} answered ${answer.status}: ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Body);
  };
}

/** The id in an answer, or in a member of it. */
export function idOf(body: unknown): string {
  return (body as { readonly id: string }).id;
}
