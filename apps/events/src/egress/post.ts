import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { EgressFailed } from './egress-failed.js';
import { dialDirectly, openConnection, type Ways } from './open-connection.js';
import { askNameServers } from './resolve.js';
import { readTarget, type EgressPolicy, type Target } from './target.js';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back; whether it is a good answer is not said here. Redirects are answers like any other: never followed. */
export interface PostAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of the body. */
  readonly body: Buffer;
}

const MOST_OF_THE_BODY = 1_024;
const MOST_OF_THE_HEAD = 16_384;

export interface PosterOptions extends Ways {
  /** Milliseconds from the look-up to the last byte; 15,000 unless told. */
  readonly deadlineMs: number;
  /** Of these, until the connection stands; 5,000 unless told. */
  readonly connectMs: number;
}

/**
 * Posts to strangers' URLs. Each post has a connection of its own: nothing that was opened under one policy is used under
 * another, and a connection that the other side closed while idle cannot fail a delivery.
 */
export class Poster {
  private readonly options: PosterOptions;

  constructor(options: Partial<PosterOptions> = {}) {
    this.options = { resolve: askNameServers, dial: dialDirectly, deadlineMs: 15_000, connectMs: 5_000, ...options };
  }

  /** @throws EgressFailed when there is no answer. */
  async post({ url, headers, body }: PostRequest, policy: EgressPolicy): Promise<PostAnswer> {
    const read = readTarget(url, policy);
    if ('refused' in read) throw new EgressFailed('target_refused');
    const { deadlineMs, connectMs } = this.options;
    const deadline = AbortSignal.timeout(deadlineMs);
    const connecting = AbortSignal.any([deadline, AbortSignal.timeout(connectMs)]);
    const socket = await openConnection(read.target, policy, connecting, this.options);
    try {
      return await exchange(socket, read.target, headers, body, deadline);
    } finally {
      socket.destroy();
    }
  }
}

/** One request and the head and beginning of its answer, over a connection that stands. */
function exchange(
  socket: Socket,
  { url }: Target,
  headers: Readonly<Record<string, string>>,
  body: string,
  deadline: AbortSignal,
): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const fail = (error?: unknown): void => {
      if (!isAnswered) reject(new EgressFailed(deadline.aborted ? 'timeout' : 'answer_failed', error));
    };
    const outgoing = request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host, 'content-length': Buffer.byteLength(body) },
      createConnection: () => socket,
      maxHeaderSize: MOST_OF_THE_HEAD,
      signal: deadline,
    });
    outgoing.on('error', fail);
    // Neither an answer nor an error: closed, or switched to another protocol.
    outgoing.on('close', () => fail());
    outgoing.on('response', (incoming) => {
      isAnswered = true;
      void beginningOf(incoming).then((beginning) =>
        resolve({
          status: incoming.statusCode ?? 0,
          retryAfter: incoming.headers['retry-after'],
          body: beginning,
        }),
      );
    });
    outgoing.end(body);
  });
}

/** Reads no more than is kept. The status has been said, so a body that breaks off or never ends changes nothing. */
function beginningOf(incoming: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (): void => resolve(Buffer.concat(chunks).subarray(0, MOST_OF_THE_BODY));
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MOST_OF_THE_BODY) end();
    });
    incoming.on('error', end);
    incoming.on('close', end);
    incoming.on('end', end);
  });
}
