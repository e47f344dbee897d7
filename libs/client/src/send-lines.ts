import type { BatchEnd, BatchLine, BatchLineAnswer, LineProblem } from '@signalbox/contracts';
import type { Connection, Failure, Stream } from './connection.js';
import { AnswerNotUnderstood, LinesIncomplete, RequestRefused, ServiceUnreachable } from './errors.js';
import { CALL } from './retry-policy.js';
import { UnansweredLines } from './unanswered-lines.js';
import { unlessAborted, within } from './waiting.js';

const PATH = ['notifications', 'batch'];

/**
 * Sends lines as they come and yields their answers in order. A request that breaks is begun again with what was not answered: each
 * line has a key, so that none is sent twice.
 *
 * @throws LinesIncomplete when attempt after attempt brings no line on; what `lines` throws, after the answers to those before.
 */
export async function* sendLines(
  connection: Connection,
  given: AsyncIterable<BatchLine> | Iterable<BatchLine>,
  key: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<BatchLineAnswer, void, undefined> {
  const lines = new UnansweredLines(given, key);
  try {
    for (let attempt = 1; await unlessAborted(lines.any(), signal); attempt += 1) {
      const before = lines.answered;
      const failure = yield* sendOnce(connection, lines, signal);
      if (lines.answered > before) attempt = 1;
      if (failure === undefined || (await connection.waitAfter(failure, attempt, CALL, signal))) continue;
      throw new LinesIncomplete(lines.answered, key, failure.error);
    }
  } finally {
    lines.close();
  }
  if (lines.fault) throw lines.fault.error;
}

/** One request. Undefined when everything that there was came to its end. */
async function* sendOnce(
  connection: Connection,
  lines: UnansweredLines,
  signal: AbortSignal | undefined,
): AsyncGenerator<BatchLineAnswer, Failure | undefined, undefined> {
  const over = new AbortController();
  const onAbort = (): void => over.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort);
  const [patience, place] = [connection.patienceMs, connection.placeOf(PATH)];
  /** As long as it takes, if the service owes nothing: then it is the caller who has no line. */
  const patiently = async <Result>(promise: Promise<Result>): Promise<Result> => {
    for (;;) {
      const result = await within(patience, promise);
      if (result !== undefined) return result.value;
      if (lines.owedForMs >= patience) over.abort(new DOMException(`no answer within ${patience} ms`, 'TimeoutError'));
    }
  };
  try {
    const opened = await patiently(connection.stream(PATH, lines.body(over.signal), over.signal));
    if ('error' in opened) return opened;
    const answers = answersIn(opened.body);
    for (let expected = 0; ; expected += 1) {
      const next = await patiently(answers.next());
      if (next.done === true) return broken(place, new Error('the answer broke off'));
      const answer = next.value;
      if (answer === undefined) return notUnderstood(place, 'a line of its answer is not JSON');
      if ('done' in answer) return answer.done && lines.areAnswered ? undefined : refused(answer.problem);
      // Its key brings it on when it comes again; what was stored behind it is not stored again.
      if (isBusy(answer)) return refused(answer.problem);
      const index = answer.index === expected ? lines.settleFirst() : undefined;
      if (index === undefined) return notUnderstood(place, 'the lines of its answer are not in order');
      yield { ...answer, index };
    }
  } catch (error) {
    signal?.throwIfAborted();
    return broken(place, error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    over.abort();
    lines.interrupt();
  }
}

async function* answersIn(stream: Stream): AsyncGenerator<BatchLineAnswer | BatchEnd | undefined, void, undefined> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const bytes of stream) {
    const texts = (begun + decoder.decode(bytes, { stream: true })).split('\n');
    begun = texts.pop()!;
    for (const text of texts) yield answerIn(text);
  }
}

function answerIn(text: string): BatchLineAnswer | BatchEnd | undefined {
  try {
    return JSON.parse(text) as BatchLineAnswer | BatchEnd;
  } catch {
    return undefined;
  }
}

function isBusy(answer: BatchLineAnswer): answer is BatchLineAnswer & { readonly status: 'refused' } {
  return answer.status === 'refused' && answer.problem.code === 'unavailable';
}

/** The service takes no more lines of this request: it is stopping, or a request takes no more. Another may bring the rest. */
function refused({ code, detail } = UNSAID): Failure {
  return { error: new RequestRefused(503, { code, detail }, undefined), final: false };
}
const UNSAID: LineProblem = { code: 'unavailable', detail: 'The service did not say why it takes no more lines.' };

function broken(place: string, cause: unknown): Failure {
  return { error: new ServiceUnreachable(place, 1, cause), final: false };
}

function notUnderstood(place: string, reason: string): Failure {
  return { error: new AnswerNotUnderstood(place, 202, reason), final: true };
}
