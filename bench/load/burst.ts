/**
 * Requests for benchmarks, as quickly as so many connections can: each sends its next one when it has its answer (closed loop). With
 * as little work of its own as possible, since what is measured shares the machine with it.
 */
import { connect } from 'node:net';
import { bytesOf, type Load, percentile, type Post } from './post-load.ts';

export interface Burst {
  readonly origin: string;
  readonly connections: number;
  /** Each connection begins no request after so long; until there is no more unless told. */
  readonly seconds?: number;
  /** A whole request, head and body; undefined: there is no more. */
  readonly next: () => Buffer | undefined;
}

const STATUS_AT = 'HTTP/1.1 '.length;
const END_OF_HEAD = '\r\n\r\n';

/** @returns how many a second, and how long each waited. @throws at the first answer that is not 2xx, and where a connection ends. */
export async function burst({
  origin,
  connections,
  seconds = Infinity,
  next,
}: Burst): Promise<Load & { count: number }> {
  const { hostname, port } = new URL(origin);
  const milliseconds: number[] = [];
  const began = performance.now();
  const until = began + seconds * 1_000;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname).setNoDelay();
      let sentAt = 0;
      let answer = '';
      const send = (): void => {
        sentAt = performance.now();
        const request = sentAt < until ? next() : undefined;
        if (request === undefined) socket.end(resolve);
        else socket.write(request);
      };
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the connection was closed')));
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('latin1');
        if (!isWhole(answer)) return;
        if (answer[STATUS_AT] !== '2') return socket.destroy(new Error(`not taken: ${answer}`));
        milliseconds.push(performance.now() - sentAt);
        answer = '';
        send();
      });
    });
  await Promise.all(Array.from({ length: connections }, work));
  const elapsed = (performance.now() - began) / 1_000;
  const sorted = milliseconds.sort((one, other) => one - other);
  const count = sorted.length;
  return { count, perSecond: count / elapsed, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) };
}

/** Each of these once. @throws as `burst` does. */
export function postAll(origin: string, posts: readonly Post[], connections: number): Promise<Load> {
  const requests = posts.map((post) => bytesOf(post, new URL(origin).host)).values();
  return burst({ origin, connections, next: () => requests.next().value });
}

/** Every server here says how long its answers are. */
function isWhole(answer: string): boolean {
  const head = answer.indexOf(END_OF_HEAD);
  if (head === -1) return false;
  const length = Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
  return answer.length >= head + END_OF_HEAD.length + length;
}

/** Requests that differ in one place of fixed length, patched into one text: what is numbered is `${prefix}00000001`. */
export function numbered(request: (place: string) => string): () => Buffer {
  const digits = 10;
  const hole = '#'.repeat(digits);
  const text = request(hole);
  const whole = Buffer.from(text);
  const places = [...text.matchAll(/#{10}/g)].map(({ index }) => Buffer.byteLength(text.slice(0, index)));
  let number = 0;
  return () => {
    number += 1;
    const copy = Buffer.from(whole);
    const written = String(number).padStart(digits, '0');
    for (const place of places) copy.write(written, place, 'latin1');
    return copy;
  };
}

/** A POST of JSON. */
export function postText(
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): string {
  const json = JSON.stringify(body);
  const all = {
    host: new URL(origin).host,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${json}`;
}

export function getText(origin: string, path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: new URL(origin).host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
