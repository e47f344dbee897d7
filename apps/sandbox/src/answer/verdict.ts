import type { FastifyReply } from 'fastify';

/** An HTTP answer, ready to be written; its headers name the type of the body. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** What becomes of a request, whatever was done. */
export type Verdict =
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      readonly latencyMs: number;
      /** The body comes bit by bit and takes this long; absent: at once. */
      readonly overMs?: number;
    }
  | { readonly kind: 'disconnect'; readonly latencyMs: number }
  | { readonly kind: 'hang' };

/** How many pieces a slow body comes in. */
const PIECES = 100;

/** Answers late or at once, breaks the connection, or leaves it open for ever. */
export function execute(reply: FastifyReply, verdict: Verdict): void {
  // From here on it is ours to answer, not Fastify's.
  reply.hijack();
  if (verdict.kind === 'hang') return;
  if (verdict.latencyMs > 0) setTimeout(() => finish(reply, verdict), verdict.latencyMs).unref();
  else finish(reply, verdict);
}

function finish(reply: FastifyReply, verdict: Exclude<Verdict, { kind: 'hang' }>): void {
  if (reply.raw.destroyed) return;
  if (verdict.kind === 'disconnect') {
    reply.raw.destroy();
    return;
  }
  const { status, headers, body } = verdict.answer;
  reply.raw.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  if (verdict.overMs === undefined) reply.raw.end(body);
  else drip(reply, Buffer.from(body), verdict.overMs / PIECES, Math.max(1, Math.ceil(body.length / PIECES)));
}

function drip({ raw }: FastifyReply, body: Buffer, everyMs: number, bytes: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    raw.write(body.subarray(sent, (sent += bytes)));
    if (sent < body.length) return;
    clearInterval(timer);
    raw.end();
  }, everyMs);
  timer.unref();
  raw.once('close', () => clearInterval(timer));
}
