import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { EgressFailed, type EgressStage } from './egress-failed.js';
import { exchange } from './exchange.js';
import { dialDirectly, openConnection, type Ways } from './open-connection.js';
import { askNameServers } from './resolve.js';
import { readTarget, type EgressPolicy } from './target.js';

/** The part of fetch's `RequestInit` that is understood here. */
export interface GuardedRequest {
  readonly method?: string;
  readonly headers?: Headers | Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | Uint8Array | null | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

export interface GuardedOptions extends EgressPolicy {
  /** Of the body, which comes as it is: nothing is asked to be compressed, so nothing can unfold. */
  readonly maxBytes: number;
  /** Milliseconds from the look-up to the last byte. */
  readonly timeoutMs: number;
  readonly ways?: Partial<Ways>;
}

/** Their answers have no body (https://fetch.spec.whatwg.org/#null-body-status); what a server sends with one is left. */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * fetch for URLs that somebody else chose: a provider's metadata, its keys, its token endpoint. It goes where webhooks may go and
 * nowhere else, over a connection of its own to an address that was checked. Redirects are refused, and a body that is longer than
 * allowed is no answer.
 *
 * @throws EgressFailed
 */
export async function guardedFetch(
  url: string | URL,
  request: GuardedRequest,
  { allowPrivate, ca, maxBytes, timeoutMs, ways }: GuardedOptions,
): Promise<Response> {
  const policy = { allowPrivate, ca };
  const read = readTarget(String(url), policy);
  if ('refused' in read) throw new EgressFailed('target_refused');
  const timeout = AbortSignal.timeout(timeoutMs);
  const deadline = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout;
  const connecting = { resolve: askNameServers, dial: dialDirectly, ...ways };
  const socket = await openConnection(read.target, policy, deadline, connecting);
  try {
    const answer = await exchange(socket, read.target, outgoingOf(request), deadline, (incoming) =>
      wholeOf(incoming, maxBytes, deadline),
    );
    if (answer.status < 200 || answer.status > 599) throw new EgressFailed('answer_failed');
    const hasBody = answer.body.length > 0 && !WITHOUT_BODY.has(answer.status);
    return new Response(hasBody ? new Uint8Array(answer.body) : null, {
      status: answer.status,
      headers: headersOf(answer.headers),
    });
  } finally {
    socket.destroy();
  }
}

function outgoingOf({ method = 'GET', headers, body }: GuardedRequest) {
  const sent = Object.fromEntries(new Headers(headers));
  if (body instanceof URLSearchParams) sent['content-type'] ??= 'application/x-www-form-urlencoded;charset=UTF-8';
  return { method, headers: sent, body: body instanceof Uint8Array ? body : body?.toString() };
}

function wholeOf(incoming: IncomingMessage, maxBytes: number, deadline: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const { statusCode: status = 0, headers } = incoming;
    const unusable = (stage: EgressStage, error?: unknown): void =>
      reject(new EgressFailed(stage, error, { status, headers }));
    const fail = (error?: unknown): void => unusable(deadline.aborted ? 'timeout' : 'answer_failed', error);
    if (status >= 300 && status < 400) unusable('redirected');
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) unusable('too_large');
      else chunks.push(chunk);
    });
    incoming.on('error', fail);
    incoming.on('close', () => fail());
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

function headersOf(headers: IncomingHttpHeaders): Headers {
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const each of [value ?? []].flat()) kept.append(name, each);
  }
  return kept;
}
