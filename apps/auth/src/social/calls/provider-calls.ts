import { guardedFetch } from '@signalbox/egress';
import type { CustomFetch } from 'openid-client';
import { parseStrictJson } from './strict-json.js';
import { ofStatus, troubleOfError } from './trouble-of-error.js';
import { ProviderTrouble } from './trouble.js';

/** Bytes of an answer. Google's keys are 2 KiB, a large discovery document 6. */
const MAX_BYTES = 128 * 1_024;

/** Milliseconds that a provider has in all while somebody waits for the next page. */
const VISITOR_WAITS_MS = 1_500;
/** Milliseconds for one call that nobody waits for. */
const CALL_MS = 5_000;

/** Under which circumstances a provider is called. */
export interface CallContext {
  /** Addresses of this machine and its network, and plain http: for apps in mode test, whose providers may be stand-ins. */
  readonly allowPrivate: boolean;
  /** The end of all calls that are made for one purpose. */
  readonly deadline: AbortSignal;
}

/** The one way to providers: bounded in time and size, where webhooks may go and nowhere else, and JSON that means one thing only. */
export class ProviderCalls {
  constructor(private readonly fetch: typeof guardedFetch = guardedFetch) {}

  /** A deadline for a page that somebody waits for. */
  whileVisitorWaits(allowPrivate: boolean): CallContext {
    return { allowPrivate, deadline: AbortSignal.timeout(VISITOR_WAITS_MS) };
  }

  /** A deadline for work that nobody waits for. */
  inBackground(allowPrivate: boolean): CallContext {
    return { allowPrivate, deadline: AbortSignal.timeout(CALL_MS) };
  }

  /** @throws ProviderTrouble */
  async json(url: string, context: CallContext): Promise<unknown> {
    const answer = await this.call(url, { headers: { accept: 'application/json' } }, context);
    if (answer.status !== 200) throw new ProviderTrouble(ofStatus(answer.status) ?? 'bad_answer');
    return parseStrictJson(await answer.text());
  }

  /** For openid-client, whose own checks of the answer follow. */
  fetchFor(context: CallContext): CustomFetch {
    return async (url, { method, headers, body }) => {
      if (body !== undefined && !(body instanceof URLSearchParams)) throw new TypeError('only forms are sent');
      const answer = await this.call(url, { method, headers, body }, context);
      const text = await answer.text();
      if (answer.headers.get('content-type')?.includes('json') === true) parseStrictJson(text);
      return new Response(text, { status: answer.status, headers: answer.headers });
    };
  }

  /** @returns the status. @throws ProviderTrouble when there is no answer. */
  async post(url: string, form: Readonly<Record<string, string>>, context: CallContext): Promise<Response> {
    return this.call(url, { method: 'POST', body: new URLSearchParams(form) }, context);
  }

  private async call(
    url: string,
    request: Parameters<typeof guardedFetch>[1],
    { allowPrivate, deadline }: CallContext,
  ): Promise<Response> {
    try {
      const limits = { allowPrivate, maxBytes: MAX_BYTES, timeoutMs: CALL_MS };
      return await this.fetch(url, { ...request, signal: deadline }, limits);
    } catch (error) {
      throw troubleOfError(error);
    }
  }
}
