import type { BatchEnd, BatchLineAnswer } from '@signalbox/contracts';
import { type BodyLine, Problem } from '@signalbox/http';
import { inOrder, Semaphore } from '@signalbox/resilience';
import { problemOf } from './batch.js';

/** Lines of one request that are under way, or answered and not fetched yet. */
const AT_ONCE = 512;
/** And of all requests in this process, so that whoever sends one notification finds room beside them. */
const room = new Semaphore(2_048);
const MOST_LINES = 1_000_000;
const LONGEST_MS = 15 * 60_000;

/**
 * Takes notifications on line by line and answers them line by line, in order; the last line says how it ended. Nothing more is
 * read while `AT_ONCE` lines wait, for the database or for whoever reads the answers.
 */
export async function* ingest(
  lines: AsyncIterable<BodyLine>,
  send: (line: unknown, index: number) => Promise<BatchLineAnswer>,
): AsyncGenerator<string> {
  let [accepted, refused] = [0, 0];
  const answerOf = async (line: BodyLine, index: number): Promise<BatchLineAnswer> =>
    'problem' in line
      ? { index, status: 'refused', problem: problemOf(line.problem) }
      : room.use(() => send(line.value, index));
  const end = (last: BatchEnd): string => `${JSON.stringify(last)}\n`;
  try {
    for await (const answer of inOrder(withinLimits(lines), AT_ONCE, answerOf)) {
      if (answer.status === 'accepted') accepted += 1;
      else refused += 1;
      yield `${JSON.stringify(answer)}\n`;
    }
    yield end({ done: true, accepted, refused });
  } catch (error) {
    yield end({ done: false, accepted, refused, problem: problemOf(error) });
  }
}

/** @throws Problem when there is more than one request may bring. */
async function* withinLimits(lines: AsyncIterable<BodyLine>): AsyncGenerator<BodyLine> {
  const until = performance.now() + LONGEST_MS;
  let taken = 0;
  for await (const line of lines) {
    if (taken === MOST_LINES) throw tooMuch(`One request takes ${MOST_LINES} lines.`);
    if (performance.now() > until) throw tooMuch('One request takes 15 minutes.');
    taken += 1;
    yield line;
  }
}

function tooMuch(limit: string): Problem {
  return new Problem({ status: 413, code: 'too_many_lines', detail: `${limit} Send the rest in another.` });
}
