import { Problem, problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import { z } from 'zod';

export interface ServiceClientOptions {
  readonly service: 'push' | 'events';
  readonly url: string;
  readonly operatorToken: string;
  readonly logger: Logger;
  /** Milliseconds that it may take to answer what was read; 5,000 unless told. */
  readonly readWithin?: number;
  /** Milliseconds for what changes something, up to 10,000 letters; 30,000 unless told. */
  readonly changeWithin?: number;
}

/** What is asked of a service. `path` begins with a slash and holds the query. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string | Buffer<ArrayBuffer>;
  readonly contentType?: string;
}

/** What a service answered, whatever its status. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const problemAnswer = z.looseObject({
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), reason: z.string() })).default([]),
});

/** Asks one of our services, as the operator. */
export class ServiceClient {
  constructor(private readonly options: ServiceClientOptions) {}

  /** @throws Problem 503 when it does not answer in time, 502 when it does not take the operator token. */
  async request({ method, path, body, contentType }: ServiceRequest): Promise<ServiceAnswer> {
    const { service, url, operatorToken, logger, readWithin = 5_000, changeWithin = 30_000 } = this.options;
    const isRead = method === 'GET';
    try {
      const response = await fetch(url.replace(/\/$/, '') + path, {
        method,
        headers: {
          authorization: `Bearer ${operatorToken}`,
          accept: 'application/json',
          ...(contentType === undefined ? {} : { 'content-type': contentType }),
        },
        body: body ?? null,
        // The token is for this one address.
        redirect: 'error',
        signal: AbortSignal.timeout(isRead ? readWithin : changeWithin),
      });
      const answer = Buffer.from(await response.arrayBuffer());
      if (response.status === 401 || response.status === 403) throw tokenRefused(service);
      return { status: response.status, headers: response.headers, body: answer };
    } catch (error) {
      if (error instanceof Problem) throw error;
      logger.warn({ err: error, route: collectionOf(path) }, `the ${service} service does not answer`);
      throw problems.unavailable(isRead ? away(service) : awayInAChange(service), 5, error);
    }
  }

  /** Asks and reads the answer by its schema. @throws Problem as `request` does, and whatever it refused with. */
  async ask<Answer>(schema: z.ZodType<Answer>, method: ServiceRequest['method'], path: string, body?: object) {
    const { service } = this.options;
    const json = body === undefined ? {} : { body: JSON.stringify(body), contentType: 'application/json' };
    const answer = await this.request({ method, path, ...json });
    const content = parseJson(answer.body);
    if (answer.status >= 400) {
      const told = problemAnswer.safeParse(content).data;
      throw told === undefined ? notUnderstood(service) : new Problem({ status: answer.status, ...told });
    }
    const parsed = schema.safeParse(content);
    if (!parsed.success) throw notUnderstood(service, parsed.error);
    return parsed.data;
  }
}

function away(service: string): string {
  return `The ${service} service does not answer. What it holds is safe in Postgres; look again once it is back.`;
}

function awayInAChange(service: string): string {
  const told = `The ${service} service did not answer in time, so it is not known whether this was done. Look again once it is back`;
  return service === 'push' ? `${told}: repeating it sends nothing twice.` : `${told}.`;
}

function tokenRefused(service: string): Problem {
  const detail = `The ${service} service does not take the OPERATOR_TOKEN of this console. Give both the same, and restart them.`;
  return new Problem({ status: 502, code: 'operator_token_refused', detail });
}

function notUnderstood(service: string, cause?: unknown): Problem {
  const detail = `The ${service} service answered something that this console does not understand. Run the same version of both.`;
  return new Problem({ status: 502, code: 'answer_not_understood', detail, cause });
}

/** @returns undefined for what is not JSON, such as the empty body of a 204. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** `/v1/users` of `/v1/users/ann?limit=1`: what is asked about may be somebody's name. */
function collectionOf(path: string): string {
  return path.split(/[/?]/, 3).join('/');
}
