/** Posts for benchmarks, so many a second whatever is answered. */
import { connect, type Socket } from 'node:net';

export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** The value that so large a share of the sorted values does not exceed. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(sorted.length * share) - 1]!;

/** How often a second's share is sent. Milliseconds. */
const PACE = 10;

export interface Flood {
  readonly perSecond: number;
  /** How many were answered with each status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Posts so many a second whatever is answered, as long as a connection is free, until `signal`. */
export async function flood(
  origin: string,
  makePost: (turn: number) => Post,
  { perSecond, connections, signal }: { perSecond: number; connections: number; signal: AbortSignal },
): Promise<Flood> {
  const { hostname, port } = new URL(origin);
  const statuses: Record<string, number> = {};
  const sockets = Array.from({ length: connections }, () => connect(Number(port), hostname).setNoDelay());
  const free = sockets.map((socket) => ({ socket, answers: answersOf(socket) }));
  let turn = 0;
  const send = async (): Promise<void> => {
    const connection = free.pop();
    if (connection === undefined) return;
    connection.socket.write(bytesOf(makePost(turn), `${hostname}:${port}`));
    turn += 1;
    // Whoever is cut off at the end hears nothing.
    const { value: answer } = await connection.answers.next().catch(() => ({ value: undefined }));
    const status = answer?.slice(9, 12) ?? 'none';
    statuses[status] = (statuses[status] ?? 0) + 1;
    free.push(connection);
  };
  const began = performance.now();
  let due = 0;
  while (!signal.aborted) {
    due = Math.max(due, ((performance.now() - began) / 1_000) * perSecond - perSecond / 10);
    for (; due < ((performance.now() - began) / 1_000) * perSecond; due += 1) void send();
    await new Promise((resolve) => setTimeout(resolve, PACE));
  }
  for (const socket of sockets) socket.destroy();
  return { perSecond: turn / ((performance.now() - began) / 1_000), statuses };
}

export interface Steady {
  readonly count: number;
  /** Milliseconds from when each was due. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/**
 * Posts so many a second whatever is answered, on as many connections as that takes. Each wait counts from when its post was
 * due: a server that stands still is seen by everybody who would have come meanwhile.
 *
 * @param makePost is told when it is due, on the monotonic clock.
 * @throws when one of them is not answered 2xx.
 */
export async function steady(
  origin: string,
  makePost: (due: number) => Post,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<Steady> {
  const { hostname, port } = new URL(origin);
  const free: { readonly socket: Socket; readonly answers: AsyncGenerator<string, undefined> }[] = [];
  const opened: Socket[] = [];
  const open = () => {
    const socket = connect(Number(port), hostname).setNoDelay();
    opened.push(socket);
    return { socket, answers: answersOf(socket) };
  };
  const waits: number[] = [];
  const send = async (due: number): Promise<void> => {
    const connection = free.pop() ?? open();
    connection.socket.write(bytesOf(makePost(due), `${hostname}:${port}`));
    const { value: answer } = await connection.answers.next();
    if (!answer?.startsWith('HTTP/1.1 2')) throw new Error(`not taken: ${answer ?? 'the connection was closed'}`);
    waits.push(performance.now() - due);
    free.push(connection);
  };
  const under: Promise<void>[] = [];
  const began = performance.now();
  const count = perSecond * seconds;
  while (under.length < count) {
    const now = performance.now();
    for (; under.length < count && began + (under.length * 1_000) / perSecond <= now;)
      under.push(send(began + (under.length * 1_000) / perSecond));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(under);
  for (const socket of opened) socket.destroy();
  const sorted = waits.sort((one, other) => one - other);
  return { count, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), worst: sorted.at(-1)! };
}

/** A whole request, head and body. */
export function bytesOf({ path, headers, body }: Post, host: string): Buffer {
  const lines = Object.entries({ host, 'content-length': String(body.length), ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

const END_OF_HEAD = '\r\n\r\n';

/** Answers, one after the other. Every server here says how long its answers are. */
async function* answersOf(socket: Socket): AsyncGenerator<string, undefined> {
  let text = '';
  for await (const chunk of socket) {
    text += (chunk as Buffer).toString('latin1');
    for (let head = text.indexOf(END_OF_HEAD); head !== -1; head = text.indexOf(END_OF_HEAD)) {
      const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
      const end = head + END_OF_HEAD.length + length;
      if (text.length < end) break;
      const answer = text.slice(0, end);
      text = text.slice(end);
      yield answer;
    }
  }
  return undefined;
}
