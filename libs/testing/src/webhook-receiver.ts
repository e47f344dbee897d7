import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One post, as it came. */
export interface ReceivedPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** performance.now() when its last byte had come. */
  readonly at: number;
}

/** What a path does with a post: answers, says nothing for ever, or cuts the connection. */
export type ReceiverAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang'
  | 'cut';

/** A web server on loopback that takes webhooks as an app's backend would. */
export interface WebhookReceiver {
  readonly url: string;
  readonly posts: readonly ReceivedPost[];
  /** Connections that were ever made to it. */
  connections(): number;
  /** The posts to one path. */
  postsTo(path: string): ReceivedPost[];
  /** Decides what a path answers; `turn` counts its posts from 1. Everything answers 204 unless told. */
  script(path: string, answer: (post: ReceivedPost, turn: number) => ReceiverAnswer): void;
  /** Cuts what hangs, too. */
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const posts: ReceivedPost[] = [];
  const scripts = new Map<string, (post: ReceivedPost, turn: number) => ReceiverAnswer>();
  const turns = new Map<string, number>();
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const post = { path, headers: request.headers, body: Buffer.concat(chunks).toString(), at: performance.now() };
      posts.push(post);
      const turn = (turns.get(path) ?? 0) + 1;
      turns.set(path, turn);
      const answer = scripts.get(path)?.(post, turn) ?? { status: 204 };
      if (answer === 'hang') return;
      if (answer === 'cut') request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    connections: () => connections,
    postsTo: (path) => posts.filter((post) => post.path === path),
    script: (path, answer) => scripts.set(path, answer),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
