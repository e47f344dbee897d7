import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OperatorAction } from '@signalbox/contracts';
import { createLogger } from '@signalbox/telemetry';
import { eventually } from '@signalbox/testing';
import { ServiceClient } from '../services/service-client.js';
import { ActionJournal } from './action-journal.js';

const act = (action: string): OperatorAction => ({
  kind: 'acted',
  ...{ operator: 'usr_ann', role: 'operator', action, status: 303 },
});

describe('what operators do', () => {
  let server: Server;
  let answer: number;
  let written: string[];
  let journal: ActionJournal;
  let lines: string[];

  beforeEach(async () => {
    [answer, written, lines] = [204, [], []];
    server = createServer((request, response) => {
      void json(request).then((body) => {
        const { action } = body as { action: string };
        const status = action === 'unreadable' ? 422 : answer;
        if (status === 204) written.push(action);
        const problem = JSON.stringify({ code: 'x', detail: 'no' });
        response.writeHead(status, { 'content-type': 'application/problem+json' }).end(status === 204 ? '' : problem);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const logger = createLogger('console', 'info', { write: (line) => lines.push(line) });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    journal = new ActionJournal(new ServiceClient({ service: 'push', url, operatorToken: 'sbo_x', logger }), logger);
  });
  afterEach(async () => {
    await journal.close();
    server.closeAllConnections();
    server.close();
  });

  it('is written down before it is answered', async () => {
    await journal.record(act('first'));
    expect(written).toEqual(['first']);
  });

  it('waits, in order, while push is away, and keeps nobody from acting', async () => {
    answer = 503;
    for (const action of ['first', 'second', 'third']) await journal.record(act(action));
    expect(written).toEqual([]);
    answer = 204;
    await eventually(() => expect(written).toEqual(['first', 'second', 'third']), { within: 10_000 });
  });

  it('is tried once more when the console stops, and else said in its log', async () => {
    answer = 503;
    await journal.record(act('first'));
    await journal.close();
    expect(
      lines.some((line) => line.includes('an operator action is not in the event log') && line.includes('first')),
    ).toBe(true);
    answer = 204;
    await journal.close();
    expect(written).toEqual(['first']);
  });

  it('that push cannot read is said in the log, and keeps nothing else waiting', async () => {
    await journal.record(act('unreadable'));
    await journal.record(act('second'));
    expect(written).toEqual(['second']);
    expect(lines.filter((line) => line.includes('not in the event log'))).toHaveLength(1);
  });
});
