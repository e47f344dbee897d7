import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type BatchLine, type BatchLineAnswer, Signalbox } from '@signalbox/server';
import { secretFor } from '../api-client.js';
import { defineCommand, LinesRefused, UsageError } from '../command.js';

export const sendBatch = defineCommand({
  words: 'send batch',
  about: 'Send the notifications of a file, one JSON object a line, and tell what became of each.',
  operands: ['file'],
  options: {
    'idempotency-key': { type: 'string', value: '<key>', about: 'the same file with the same key sends nothing twice' },
  },
  notes:
    'Each line is a body of POST /v1/notifications; - reads standard input. Lines are read as fast as the service takes them. Prints the lines that were refused and how many were not; with --json the answer to each, one a line. Exits with 1 when any was refused. Uses SIGNALBOX_API_KEY, else the demo app of npm start.',
  async run({ settings, operands: [file = ''], options, print, json, signal, inputLines }) {
    const { push, events } = settings.services;
    const signalbox = new Signalbox({
      apiKey: secretFor(push, 'app'),
      urls: { push: push.url, events: events.url },
    });
    // Ours to know: whoever is stopped in the middle is told how to finish.
    const key = options['idempotency-key'] ?? randomUUID();
    const lines = notificationsIn(file, key, file === '-' ? inputLines() : linesOf(file));
    const answers = signalbox.notifications.sendLines(lines, { signal, idempotencyKey: key });
    let [accepted, refused] = [0, 0];
    try {
      for await (const answer of answers) {
        if (answer.status === 'accepted') accepted += 1;
        else refused += 1;
        if (json) print(JSON.stringify(answer));
        else if (answer.status === 'refused') print(refusalOf(answer));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new LinesRefused(
        `stopped after ${accepted + refused} answers; all of it again with --idempotency-key ${key} finishes it`,
      );
    }
    if (!json) print(`${accepted} accepted, ${refused} refused`);
    if (refused > 0) throw new LinesRefused(`${refused} of ${accepted + refused} lines were refused`);
  },
});

async function* linesOf(path: string): AsyncGenerator<string> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  yield* file.readLines();
}

/** What is no notification at all ends it there; what the service thinks of a notification it says of that line alone. */
async function* notificationsIn(file: string, key: string, lines: AsyncIterable<string>): AsyncGenerator<BatchLine> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() !== '') yield parse(line, `line ${number} of ${file}`, key);
  }
}

function parse(line: string, where: string, key: string): BatchLine {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as BatchLine;
  } catch {
    // Said below, with the place.
  }
  throw new UsageError(
    `${where} is not a JSON object. Those before it were sent: mend it, and send all with --idempotency-key ${key}`,
  );
}

function refusalOf({ index, problem }: Extract<BatchLineAnswer, { status: 'refused' }>): string {
  const errors = (problem.errors ?? []).map(({ pointer, reason }) => `\n  ${pointer || '/'}: ${reason}`);
  return `${index}  ${problem.code}  ${problem.detail}${errors.join('')}`;
}
