import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BatchLine, BatchLineAnswer } from '@signalbox/contracts';
import { LinesIncomplete, RequestRefused } from './errors.js';
import { Signalbox } from './signalbox.js';

const LINE: BatchLine = { to: { userId: 'ann' }, content: { body: 'hello' } };
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that plays the bad hours of the service, one handler a request. */
describe('lines', () => {
  let server: Server;
  let url: string;
  let script: Handler[];
  let retries: string[];
  /** The keys of the lines that each request brought. */
  let seen: string[][];

  beforeEach(async () => {
    [script, retries, seen] = [[], [], []];
    server = createServer((request, response) => (script.shift() ?? answering())(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Answers line by line, as soon as each has come, or as told; the places that are busy as the service does in a busy moment. */
  const answering =
    ({
      busy = [],
      when = () => Promise.resolve(),
    }: { busy?: readonly number[]; when?: (index: number) => Promise<void> } = {}): Handler =>
    (request, response) => {
      const keys: string[] = [];
      seen.push(keys);
      response.writeHead(202, { 'content-type': 'application/x-ndjson' });
      let told = Promise.resolve();
      const tell = (line: object, after: Promise<void>) =>
        (told = Promise.all([told, after]).then(() => void response.write(`${JSON.stringify(line)}\n`)));
      createInterface(request)
        .on('line', (line) => {
          const index = keys.length;
          keys.push((JSON.parse(line) as { idempotencyKey: string }).idempotencyKey);
          const problem = { code: 'unavailable', detail: 'busy' };
          const accepted = { index, status: 'accepted', id: `ntf_${keys.at(-1)}`, replayed: false };
          void tell(busy.includes(index) ? { index, status: 'refused', problem } : accepted, when(index));
        })
        .on('close', () => {
          void tell({ done: true, accepted: 0, refused: 0 }, Promise.resolve()).then(() => response.end());
        })
        .on('error', () => undefined);
    };
  const send = (lines: Iterable<BatchLine> | AsyncIterable<BatchLine>, attemptTimeoutMs = 5_000) =>
    new Signalbox({
      apiKey: 'sbk_test_key',
      urls: { push: url, events: url },
      attemptTimeoutMs,
      onRetry: ({ error }) => retries.push(error.name),
    }).notifications.sendLines(lines, { idempotencyKey: 'k' });
  async function all(answers: AsyncIterable<BatchLineAnswer>): Promise<BatchLineAnswer[]> {
    const read: BatchLineAnswer[] = [];
    for await (const answer of answers) read.push(answer);
    return read;
  }
  const idsOf = (answers: readonly BatchLineAnswer[]) =>
    answers.map((answer) => (answer.status === 'accepted' ? [answer.index, answer.id] : [answer.index]));

  it('are answered while there are more to come', async () => {
    const answers: BatchLineAnswer[] = [];
    let first: PromiseWithResolvers<void> | undefined = Promise.withResolvers();
    async function* lines() {
      yield LINE;
      await first!.promise;
      yield { ...LINE, idempotencyKey: 'own' };
    }
    for await (const answer of send(lines())) {
      answers.push(answer);
      first?.resolve();
      first = undefined;
    }
    expect(idsOf(answers)).toEqual([
      [0, 'ntf_k/0'],
      [1, 'ntf_own'],
    ]);
    expect(seen).toEqual([['k/0', 'own']]);
  });

  it('are taken no faster than they are answered', async () => {
    const [full, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    script = [
      answering({
        when: (index) => {
          if (index === 1_023) full.resolve();
          return answer.promise;
        },
      }),
    ];
    let taken = 0;
    function* lines() {
      for (; taken < 5_000; taken += 1) yield LINE;
    }
    const answers = all(send(lines()));
    await full.promise;
    // Whatever is on its way has had time to come: this goes to the same server.
    await fetch(url);
    expect(taken).toBeLessThanOrEqual(1_024);
    answer.resolve();
    expect(await answers).toHaveLength(5_000);
  });

  it('begin again with the one that met a busy moment', async () => {
    script = [answering({ busy: [1] })];
    const answers = await all(send([LINE, LINE, LINE]));
    expect(idsOf(answers)).toEqual([0, 1, 2].map((index) => [index, `ntf_k/${index}`]));
    expect(seen.at(-1)).toEqual(['k/1', 'k/2']);
    expect(retries).toEqual(['RequestRefused']);
  });

  it('are sent again when no answer comes', async () => {
    script = [(request) => void request.resume()];
    expect(await all(send([LINE], 100))).toHaveLength(1);
    expect(retries).toEqual(['ServiceUnreachable']);
  });

  it('end where the service refuses them all, with what finishes them', async () => {
    script = [(_request, response) => response.writeHead(401).end('{"code":"unauthenticated"}')];
    const refusal = await all(send([LINE])).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(LinesIncomplete);
    expect(refusal).toMatchObject({ answered: 0, idempotencyKey: 'k', cause: expect.any(RequestRefused) });
  });

  it('that cannot be had end it after the answers to those before', async () => {
    const answers: BatchLineAnswer[] = [];
    function* lines() {
      yield LINE;
      throw new RangeError('line 2 is none');
    }
    const reading = (async () => {
      for await (const answer of send(lines())) answers.push(answer);
    })();
    await expect(reading).rejects.toThrow(RangeError);
    expect(answers).toHaveLength(1);
  });
});
