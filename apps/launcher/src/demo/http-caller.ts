import type { z } from 'zod';

/** One of our own services did not do what the start needs of it. */
export class DemoNotMade extends Error {
  override readonly name = 'DemoNotMade';
}

/** Calls one service with one key. */
export interface HttpCaller {
  get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema> | Refused>;
  send<Schema extends z.ZodType>(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>>;
}

/** The status of an answer other than 2xx that the caller may want to act on. */
export class Refused {
  constructor(readonly status: number) {}
}

export function httpCaller(base: string, bearer?: string): HttpCaller {
  const call = async (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${base}${path}`, {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    }).catch((cause: unknown) => {
      throw new DemoNotMade(`${method} ${base}${path} got no answer: ${reasonOf(cause)}`, { cause });
    });
  return {
    async get(path, schema) {
      const response = await call('GET', path);
      const text = await response.text();
      if (response.ok) return schema.parse(JSON.parse(text));
      if (response.status < 500) return new Refused(response.status);
      throw new DemoNotMade(`GET ${base}${path} answered ${response.status}: ${text}`);
    },
    async send(method, path, body, schema) {
      const response = await call(method, path, body);
      const text = await response.text();
      if (!response.ok) throw new DemoNotMade(`${method} ${base}${path} answered ${response.status}: ${text}`);
      return schema.parse(JSON.parse(text));
    },
  };
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
