import type { IncomingMessage } from 'node:http';
import { EgressFailed } from './egress-failed.js';
import { exchange } from './exchange.js';
import { dialDirectly, openConnection, type Ways } from './open-connection.js';
import { askNameServers } from './resolve.js';
import { readTarget, type EgressPolicy } from './target.js';

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
      const outgoing = { method: 'POST', headers, body };
      const answer = await exchange(socket, read.target, outgoing, deadline, beginningOf);
      return { status: answer.status, retryAfter: answer.headers['retry-after'], body: answer.body };
    } finally {
      socket.destroy();
    }
  }
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
