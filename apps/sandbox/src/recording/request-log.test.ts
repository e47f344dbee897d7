import { describe, expect, it } from '@jest/globals';
import { matches, type ReceivedRequest, type RequestFilter } from '../apns/received-request.js';
import { RequestLog } from './request-log.js';

type ApnsRequestLog = RequestLog<ReceivedRequest, RequestFilter>;

function received(change: Partial<ReceivedRequest> = {}): (seq: number) => ReceivedRequest {
  return (seq) => ({
    seq,
    receivedAt: 0,
    connection: 1,
    method: 'POST',
    path: '/3/device/aa',
    token: 'aa',
    apnsId: 'id',
    teamId: 'T',
    keyId: 'K',
    headers: { 'apns-topic': 'demo' },
    payload: '{}',
    payloadBytes: 2,
    ending: { kind: 'answer', status: 200 },
    latencyMs: 0,
    decidedBy: 'default',
    ...change,
  });
}

function filled(count: number, maxRequests = 10_000, maxPayloadBytes = 1_000_000): ApnsRequestLog {
  const log = new RequestLog(maxRequests, maxPayloadBytes, matches);
  for (let index = 1; index <= count; index += 1) log.add(received({ token: index % 2 === 0 ? 'even' : 'odd' }));
  return log;
}

const seqs = (log: ApnsRequestLog, ...[filter, order, after, limit]: Parameters<ApnsRequestLog['page']>): number[] =>
  log.page(filter, order, after, limit).requests.map((request) => request.seq);

describe('the list of received requests', () => {
  it('pages upwards and downwards, and says whether there is more', () => {
    const log = filled(5);
    expect(seqs(log, {}, 'asc', undefined, 2)).toEqual([1, 2]);
    expect(seqs(log, {}, 'asc', 2, 10)).toEqual([3, 4, 5]);
    expect(seqs(log, {}, 'desc', undefined, 2)).toEqual([5, 4]);
    expect(seqs(log, {}, 'desc', 4, 10)).toEqual([3, 2, 1]);
    expect(log.page({}, 'asc', 3, 2).hasMore).toBe(false);
    expect(log.page({}, 'asc', 2, 2).hasMore).toBe(true);
    expect(seqs(log, {}, 'asc', 99, 10)).toEqual([]);
  });

  it('filters by what was sent and by what was answered', () => {
    const log = new RequestLog(100, 1000, matches);
    log.add(received({ token: 'AA' }));
    log.add(received({ apnsId: 'other', headers: { 'apns-topic': 'second' }, keyId: 'K2' }));
    log.add(received({ token: 'bb', ending: { kind: 'answer', status: 410, reason: 'Unregistered' } }));
    log.add(received({ token: 'bb', ending: { kind: 'hang' } }));
    expect(seqs(log, { token: 'aa' }, 'asc', undefined, 10)).toEqual([1, 2]);
    expect(seqs(log, { apnsId: 'OTHER' }, 'asc', undefined, 10)).toEqual([2]);
    expect(seqs(log, { topic: 'second', keyId: 'K2' }, 'asc', undefined, 10)).toEqual([2]);
    expect(seqs(log, { status: 410 }, 'asc', undefined, 10)).toEqual([3]);
    expect(seqs(log, { reason: 'Unregistered', token: 'aa' }, 'asc', undefined, 10)).toEqual([]);
  });

  it('forgets the oldest beyond its bound, and a cursor into the forgotten part goes on with the oldest kept', () => {
    const log = filled(5000, 1000);
    expect(log.size).toBe(1000);
    expect(seqs(log, {}, 'asc', undefined, 1)).toEqual([4001]);
    expect(seqs(log, {}, 'asc', 17, 1)).toEqual([4001]);
    expect(seqs(log, {}, 'desc', 17, 1)).toEqual([]);
    expect(seqs(log, { token: 'odd' }, 'desc', 4004, 10)).toEqual([4003, 4001]);
  });

  it('forgets the oldest when the payloads take too much room, and never the newest', () => {
    const log = new RequestLog(1000, 10, matches);
    log.add(received({ payload: '123456' }));
    log.add(received({ payload: '1234' }));
    expect(log.size).toBe(2);
    log.add(received({ payload: '1' }));
    expect(seqs(log, {}, 'asc', undefined, 10)).toEqual([2, 3]);
    log.add(received({ payload: 'x'.repeat(100) }));
    expect(seqs(log, {}, 'asc', undefined, 10)).toEqual([4]);
  });

  it('goes on counting after it was cleared', () => {
    const log = filled(3);
    log.clear();
    expect(log.size).toBe(0);
    expect(log.add(received()).seq).toBe(4);
  });

  it('tells whoever waits about the first match only', async () => {
    const log = new RequestLog(100, 1000, matches);
    let arrived = false;
    const waiting = log.arrival({ token: 'bb' }, new AbortController().signal).then(() => (arrived = true));
    log.add(received());
    await Promise.resolve();
    expect(arrived).toBe(false);
    log.add(received({ token: 'bb' }));
    await waiting;
    await log.arrival({}, AbortSignal.abort());
  });
});
