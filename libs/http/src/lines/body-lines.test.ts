import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BodyLine, bodyLines } from './body-lines.js';

const never = new AbortController().signal;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Bytes of buffers that something still holds. A collection ends before the buffers it found dead are freed, which goes on in
 * a thread of its own; the next collection waits for that.
 */
function bytesKept(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

async function linesIn(chunks: readonly (string | Buffer)[], stopping = never): Promise<BodyLine[]> {
  const body = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
  const lines: BodyLine[] = [];
  for await (const line of bodyLines(body, stopping)) lines.push(line);
  return lines;
}

const told = (lines: readonly BodyLine[]) =>
  lines.map((line) => ('problem' in line ? { code: line.problem.code } : line));

describe('a body in lines', () => {
  it('is the same lines however it is cut on the way, down to the middle of a letter', async () => {
    const values = fc.array(fc.record({ body: fc.string({ unit: 'grapheme', maxLength: 20 }) }), { maxLength: 8 });
    const cuts = fc.array(fc.nat(400), { maxLength: 10 });
    const ending = fc.constantFrom('', '\n', '\r\n\n');
    await fc.assert(
      fc.asyncProperty(values, cuts, ending, async (sent, where, end) => {
        const clean = sent.map(({ body }) => ({ body: body.replaceAll('\0', '').toWellFormed() }));
        const bytes = Buffer.from(clean.map((value) => JSON.stringify(value)).join('\n') + end);
        const places = [0, ...where.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
        const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        expect(await linesIn(chunks.filter((chunk) => chunk.length > 0))).toEqual(clean.map((value) => ({ value })));
      }),
      { numRuns: 200 },
    );
  });

  it('says of each line by itself what is wrong with it', async () => {
    const lines = ['{"a":1}', '{"a":', '"\u0000"', '   ', `"${'x'.repeat(300_000)}"`, '[2]'];
    expect(told(await linesIn([lines.join('\n')]))).toEqual([
      { value: { a: 1 } },
      { code: 'malformed_json' },
      { code: 'malformed_json' },
      { code: 'line_too_long' },
      { value: [2] },
    ]);
  });

  it('skips a line without end without keeping it', async () => {
    let kept = Infinity;
    function* endless() {
      yield Buffer.from('"');
      const before = bytesKept();
      for (let chunk = 0; chunk < 1_000; chunk += 1) yield Buffer.alloc(64 * 1024, 'x');
      kept = bytesKept() - before;
      yield Buffer.from('"\n1');
    }
    const lines: BodyLine[] = [];
    for await (const line of bodyLines(Readable.from(endless(), { objectMode: false }), never)) lines.push(line);
    expect(told(lines)).toEqual([{ code: 'line_too_long' }, { value: 1 }]);
    expect(kept).toBeLessThan(8 * 1024 * 1024);
  });

  it('ends with a problem when the service stops, though the sender goes on', async () => {
    const stopping = new AbortController();
    const body = new Readable({ read: () => undefined });
    const lines = bodyLines(body, stopping.signal);
    body.push('1\n');
    expect((await lines.next()).value).toEqual({ value: 1 });
    const next = lines.next();
    stopping.abort();
    await expect(next).rejects.toMatchObject({ status: 503 });
    expect(body.destroyed).toBe(false);
  });
});
