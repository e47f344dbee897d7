import type { Readable } from 'node:stream';
import { parseJsonBody } from '../json/parse-json-body.js';
import { Problem } from '../problem.js';
import { problems } from '../problems.js';

/** One line of a body, parsed as a JSON body is, or why it was refused. */
export type BodyLine = { readonly value: unknown } | { readonly problem: Problem };

/** Bytes of a line. */
const LONGEST = 256 * 1024;
const NEWLINE = 10;
const STOPPED = Symbol('stopped');

const tooLong = new Problem({
  status: 413,
  code: 'line_too_long',
  detail: `The line is longer than ${LONGEST} bytes; it was skipped.`,
});

/**
 * The lines of a body in NDJSON, as they come: a line is parsed when it is asked for, and no more is read until then. Empty lines
 * are none. What is wrong with a line is said of it alone.
 *
 * @throws Problem 503 when the service stops; what was not read then was not taken.
 */
export async function* bodyLines(body: Readable, stopping: AbortSignal): AsyncGenerator<BodyLine> {
  let begun: Buffer[] = [];
  let length = 0;
  const take = (part: Buffer): void => {
    length += part.length;
    // What is too long is only counted.
    if (length > LONGEST) begun = [];
    else begun.push(part);
  };
  const lineOf = (): BodyLine | undefined => {
    const line = length > LONGEST ? { problem: tooLong } : parse(Buffer.concat(begun));
    [begun, length] = [[], 0];
    return line;
  };
  for await (const chunk of chunksOf(body, stopping)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      const line = lineOf();
      if (line !== undefined) yield line;
    }
    take(chunk.subarray(start));
  }
  const last = lineOf();
  if (last !== undefined) yield last;
}

async function* chunksOf(body: Readable, stopping: AbortSignal): AsyncGenerator<Buffer> {
  let stop = (): void => undefined;
  const onAbort = (): void => stop();
  stopping.addEventListener('abort', onAbort);
  // The answer still has to go out over the connection that the body came by.
  const chunks = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  try {
    for (;;) {
      // One for each chunk: a promise keeps what every race with it came to, so one for all would keep the whole body.
      const { promise: stopped, resolve } = Promise.withResolvers<typeof STOPPED>();
      stop = () => resolve(STOPPED);
      if (stopping.aborted) stop();
      const next = await Promise.race([chunks.next(), stopped]);
      if (next === STOPPED) throw problems.unavailable('The service is stopping. Send the rest again in a moment.', 1);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    stopping.removeEventListener('abort', onAbort);
  }
}

function parse(bytes: Buffer): BodyLine | undefined {
  if (bytes.every(isSpace)) return undefined;
  try {
    return { value: parseJsonBody(bytes) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error };
    throw error;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0d || byte === 0x09;
}
