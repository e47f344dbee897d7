import type { ProblemBody } from '@signalbox/contracts';
import { AnswerNotUnderstood, RequestRefused, ServiceUnreachable, type SignalboxError } from './errors.js';
import { CALL, isWorthRepeating, parseRetryAfter, waitBeforeRetry, type RetryLimits } from './retry-policy.js';
import { pause, withDeadline } from './waiting.js';

export interface ConnectionOptions {
  readonly apiKey: string;
  /** Where the service answers; a path in it stays in front of `/v1`. */
  readonly url: string | URL;
  /** Milliseconds that one attempt may take, from connecting to the last byte. */
  readonly attemptTimeout: number;
  /** Told of every wait before another attempt; for logs and metrics. */
  readonly onRetry: ((retry: Retry) => void) | undefined;
}

/** An attempt failed and is going to be repeated. */
export interface Retry {
  readonly error: SignalboxError;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next one. */
  readonly waitMs: number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Segments behind `/v1`, not yet encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** The ETag of what a PUT replaces. */
  readonly ifMatch?: string;
  readonly signal: AbortSignal | undefined;
  readonly limits?: RetryLimits;
}

const NDJSON = 'application/x-ndjson';

/** Bytes as they come. */
export type Stream = AsyncIterable<Uint8Array>;

export interface Answer<Body> {
  readonly headers: Headers;
  readonly body: Body;
}

/** One service as one app calls it: every call is repeated within its limits until an answer settles it. */
export class Connection {
  private readonly base: URL;

  /** @throws TypeError for a URL that is none, or not http. */
  constructor(private readonly options: ConnectionOptions) {
    const url = options.url.toString();
    const isHttp = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
    if (!isHttp) throw new TypeError(`"${url}" must be the http or https URL of a service`);
    this.base = new URL(url);
    if (!this.base.pathname.endsWith('/')) this.base.pathname += '/';
  }

  /** Milliseconds of silence after which an answer is no longer waited for. */
  get patienceMs(): number {
    return this.options.attemptTimeout;
  }

  /**
   * @throws RequestRefused, ServiceUnreachable or AnswerNotUnderstood; the signal's reason when it is aborted.
   */
  async call<Body>(call: Call): Promise<Answer<Body>> {
    const { signal, limits = CALL } = call;
    const url = this.urlOf(call);
    const request = this.requestOf(call);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.attempt<Body>(url, request, attempt, signal);
      if ('body' in outcome) return outcome;
      if (await this.waitAfter(outcome, attempt, limits, signal)) continue;
      throw call.idempotencyKey === undefined ? outcome.error : withKey(outcome.error, call.idempotencyKey);
    }
  }

  /** Waits for the next attempt; false when there shall be none. @throws the signal's reason when it is aborted. */
  async waitAfter(
    failure: Failure,
    attempt: number,
    limits: RetryLimits,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { error, final, pause: asked } = failure;
    const waitMs = final ? undefined : waitBeforeRetry(attempt, asked, limits);
    if (waitMs === undefined) return false;
    this.options.onRetry?.({ error, attempt, waitMs });
    await pause(waitMs, signal);
    return true;
  }

  private async attempt<Body>(
    url: URL,
    request: RequestInit,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer<Body> | Failure> {
    const where = url.origin + url.pathname;
    let response: Response;
    let text: string;
    try {
      [response, text] = await withDeadline(this.options.attemptTimeout, signal, async (either) => {
        const answered = await fetch(url, { ...request, signal: either });
        return [answered, await answered.text()];
      });
    } catch (error) {
      signal?.throwIfAborted();
      return { error: new ServiceUnreachable(where, attempt, error), final: false };
    }
    const { status, headers } = response;
    if (status === 204) return { headers, body: undefined as Body };
    const content = parseJson(text);
    if (status < 300 && isObject(content)) return { headers, body: content as Body };
    return failureOf(response, content, where);
  }

  /**
   * Sends a body in lines, in one attempt without a deadline of its own. Resolves when the first lines of the answer are there, while
   * the body is still being sent.
   *
   * @throws the signal's reason when it is aborted.
   */
  async stream(path: readonly string[], body: Stream, signal: AbortSignal): Promise<Answer<Stream> | Failure> {
    const [url, where] = [this.urlOf({ path }), this.placeOf(path)];
    try {
      const headers = { authorization: `Bearer ${this.options.apiKey}`, 'content-type': NDJSON };
      const response = await fetch(url, { method: 'POST', headers, body, duplex: 'half', redirect: 'manual', signal });
      const isStream = response.status < 300 && response.headers.get('content-type')?.startsWith(NDJSON) === true;
      if (isStream && response.body !== null) return { headers: response.headers, body: response.body };
      return failureOf(response, parseJson(await response.text()), where);
    } catch (error) {
      signal.throwIfAborted();
      return { error: new ServiceUnreachable(where, 1, error), final: false };
    }
  }

  /** A route as errors name it. */
  placeOf(path: readonly string[]): string {
    const { origin, pathname } = this.urlOf({ path });
    return origin + pathname;
  }

  private urlOf({ path, query = {} }: Pick<Call, 'path' | 'query'>): URL {
    const url = new URL(`v1/${path.map(encodeSegment).join('/')}`, this.base);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url;
  }

  private requestOf({ method, body, idempotencyKey, ifMatch }: Call): RequestInit {
    const headers = new Headers({ authorization: `Bearer ${this.options.apiKey}`, accept: 'application/json' });
    if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
    if (ifMatch !== undefined) headers.set('if-match', ifMatch);
    // A redirect would take the key elsewhere or turn a POST into a GET.
    if (body === undefined) return { method, headers, redirect: 'manual' };
    headers.set('content-type', 'application/json');
    return { method, headers, redirect: 'manual', body: JSON.stringify(body) };
  }
}

/** What came of an attempt that was not what was asked for. */
export interface Failure {
  readonly error: SignalboxError;
  /** The same request would fare no better. */
  readonly final: boolean;
  /** Milliseconds that the service asked for. */
  readonly pause?: number;
}

function failureOf({ status, headers }: Response, content: unknown, where: string): Failure {
  if (status < 400) {
    const reason = status < 300 ? 'the answer is not in the form that was asked for' : `it answered ${status}`;
    return { error: new AnswerNotUnderstood(where, status, reason), final: true };
  }
  const wait = parseRetryAfter(headers.get('retry-after'));
  const problem = isObject(content) ? (content as Partial<ProblemBody>) : {};
  const error = new RequestRefused(status, problem, wait);
  return { error, final: !isWorthRepeating(status, problem.code), ...(wait === undefined ? {} : { pause: wait }) };
}

function withKey(error: SignalboxError, key: string): SignalboxError {
  error.idempotencyKey = key;
  return error;
}

/** URL parsers take `.` and `..` for steps, encoded or not: such a name would lead to another route. */
function encodeSegment(segment: string): string {
  if (/^\.{0,2}$/.test(segment)) throw new TypeError(`"${segment}" cannot be part of a path`);
  return encodeURIComponent(segment);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
