import { constants } from 'node:http2';
import { getEventListeners } from 'node:events';
import type { LookupFunction } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { channelFigures } from './channel-figures.js';
import { openChannel, post, postMany, tally } from './channel.harness.js';
import { echo, holding, startPeer } from './peer.harness.js';

describe('an answer', () => {
  it('is told whole: status, headers, body and the session it came on', async () => {
    const peer = await startPeer(({ stream, body }) => {
      stream.respond({ ':status': 418, 'retry-after': '7' });
      stream.write('Grüße ');
      stream.end(body);
    });
    expect(await post(openChannel(peer.origin), '/pot', { body: '😀' })).toMatchObject({
      kind: 'answered',
      status: 418,
      headers: { 'retry-after': '7' },
      body: 'Grüße 😀',
      sessionId: 1,
    });
    expect(peer.arrivals).toMatchObject([{ path: '/pot', body: '😀' }]);
  });

  it('may have no body', async () => {
    const peer = await startPeer(({ stream }) => stream.respond({ ':status': 200 }, { endStream: true }));
    const channel = openChannel(peer.origin);
    expect(tally(await postMany(channel, 50))).toEqual({ answered: 50 });
    expect(await post(channel)).toMatchObject({ status: 200, body: '' });
  });

  it('is not taken for one when it breaks off, but its status is told', async () => {
    const peer = await startPeer(({ stream }) => {
      stream.respond({ ':status': 503, 'retry-after': '9' });
      stream.write('{"reason":"Serv', () => setImmediate(() => stream.session?.destroy()));
    });
    expect(await post(openChannel(peer.origin))).toMatchObject({
      kind: 'unanswered',
      code: 'BROKEN_OFF',
      status: 503,
      headers: { 'retry-after': '9' },
    });
  });

  it('is not taken for one when it ends before its announced length', async () => {
    const peer = await startPeer(({ stream }) => {
      stream.respond({ ':status': 404, 'content-length': '100' });
      stream.write('{"error":', () => stream.close(constants.NGHTTP2_NO_ERROR));
    });
    expect(await post(openChannel(peer.origin))).toMatchObject({
      kind: 'unanswered',
      code: 'BROKEN_OFF',
      status: 404,
    });
  });

  it('is given up when its body is larger than allowed, and the session goes on', async () => {
    const peer = await startPeer(({ stream, path }) => {
      stream.respond({ ':status': 200 });
      stream.end(path === '/huge' ? 'x'.repeat(1_000_000) : 'ok');
    });
    const channel = openChannel(peer.origin, { maxBodyBytes: 10_000 });
    expect(await post(channel, '/huge')).toMatchObject({ kind: 'unanswered', code: 'BODY_TOO_LARGE', status: 200 });
    expect(await post(channel, '/small')).toMatchObject({ kind: 'answered', body: 'ok', sessionId: 1 });
  });
});

describe('requests', () => {
  it.each([
    ['1 stream', 1, 3, 1],
    ['100 streams', 100, 250, 100],
    ['1,000 streams, more than we want', 1_000, 1_000, 500],
  ])('share one session and wait in order when the peer allows %s', async (_what, allowed, count, most) => {
    const peer = await startPeer(echo, { maxConcurrentStreams: allowed });
    const channel = openChannel(peer.origin, { streams: 500 });
    expect(tally(await postMany(channel, count))).toEqual({ answered: count });
    expect(peer.sessions).toHaveLength(1);
    expect(peer.mostStreams()).toBeLessThanOrEqual(most);
    expect(peer.arrivals.map(({ path }) => path)).toEqual(Array.from({ length: count }, (_, index) => `/${index}`));
  });

  it('get another session only when those there are full, and no more than allowed', async () => {
    const { held, hold, letGo } = holding();
    const peer = await startPeer(hold, { maxConcurrentStreams: 10 });
    const figures = channelFigures();
    const channel = openChannel(peer.origin, { sessions: 3, figures });
    const first = postMany(channel, 10);
    await eventually(() => held.length === 10);
    expect(peer.openSessions()).toBe(1);
    const more = postMany(channel, 1);
    await eventually(() => peer.openSessions() === 2);
    const many = postMany(channel, 30);
    await eventually(() => held.length === 30);
    expect([peer.openSessions(), figures]).toMatchObject([3, { sessions: 3, streams: 30, waiting: 11 }]);
    letGo();
    await eventually(() => held.length === 11);
    letGo();
    expect(tally((await Promise.all([first, more, many])).flat())).toEqual({ answered: 41 });
    expect(figures).toMatchObject({ streams: 0, waiting: 0, opened: 3 });
  });

  it('are one at a time on a new session until its first answer, where the peer demands that', async () => {
    const { held, hold, letGo } = holding();
    const peer = await startPeer(hold);
    const sent = postMany(openChannel(peer.origin, { warmUp: 'one-stream', sessions: 5 }), 20);
    await eventually(() => held.length === 1);
    // A ping that goes and comes shows that nothing else is on its way.
    await new Promise((resolve) => peer.sessions[0]!.ping(resolve));
    expect([held.length, peer.openSessions()]).toEqual([1, 1]);
    letGo();
    await eventually(() => held.length === 19);
    letGo();
    expect(tally(await sent)).toEqual({ answered: 20 });
  });

  it('follow the peer when it changes the number of streams', async () => {
    const { held, hold, letGo } = holding();
    const peer = await startPeer(hold, { maxConcurrentStreams: 2 });
    const sent = postMany(openChannel(peer.origin), 20);
    await eventually(() => held.length === 2);
    peer.sessions[0]!.settings({ maxConcurrentStreams: 12 });
    await eventually(() => held.length === 12);
    expect(peer.mostStreams()).toBe(12);
    letGo();
    await eventually(() => held.length === 8);
    letGo();
    expect(tally(await sent)).toEqual({ answered: 20 });
  });

  it('that are no HTTP are not sent, and harm no other', async () => {
    const peer = await startPeer();
    const channel = openChannel(peer.origin);
    const headers = [':method', 'POST', ':path', '/', 'not a name', 'x'];
    expect(await channel.request({ headers, body: '' }, { deadlineMs: 1_000 })).toMatchObject({ kind: 'unsent' });
    expect(await post(channel)).toMatchObject({ kind: 'answered', sessionId: 1 });
  });
});

describe('what the peer did not process', () => {
  it('is said of a refused stream', async () => {
    const peer = await startPeer(({ stream }) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    expect(await post(openChannel(peer.origin))).toEqual({ kind: 'unprocessed', code: 'REFUSED_STREAM' });
  });

  it.each([
    ['a reset', constants.NGHTTP2_INTERNAL_ERROR],
    ['a cancellation', constants.NGHTTP2_CANCEL],
  ])('is not said of %s', async (_what, code) => {
    const peer = await startPeer(({ stream }) => stream.close(code));
    expect(await post(openChannel(peer.origin))).toEqual({ kind: 'unanswered', code: 'RESET' });
  });

  it('is what a GOAWAY excludes; what it includes may still be answered', async () => {
    const { held, hold } = holding();
    const peer = await startPeer(hold);
    const figures = channelFigures();
    const channel = openChannel(peer.origin, { figures });
    const sent = postMany(channel, 4);
    await eventually(() => held.length === 4);
    held[0]!.session.goaway(constants.NGHTTP2_NO_ERROR, held[1]!.stream.id);
    await eventually(() => figures.goaways === 1);
    const next = post(channel, '/next');
    await eventually(() => held.length === 5);
    echo(held[0]!);
    echo(held[1]!);
    echo(held[4]!);
    expect((await sent).map(({ kind }) => kind)).toEqual(['answered', 'answered', 'unprocessed', 'unprocessed']);
    expect(await next).toMatchObject({ kind: 'answered', sessionId: 2 });
  });

  it('is known although the peer goes away because of an error', async () => {
    const { held, hold } = holding();
    const peer = await startPeer(hold);
    const sent = postMany(openChannel(peer.origin), 2);
    await eventually(() => held.length === 2);
    held[0]!.session.goaway(constants.NGHTTP2_INTERNAL_ERROR, held[0]!.stream.id);
    expect(await sent).toEqual([
      { kind: 'unanswered', code: 'RESET' },
      { kind: 'unprocessed', code: 'GOAWAY' },
    ]);
  });
});

describe('giving up', () => {
  it('says unanswered for what was sent and unsent for what waited', async () => {
    const { held, hold } = holding();
    const peer = await startPeer(hold, { maxConcurrentStreams: 2 });
    const channel = openChannel(peer.origin);
    const sent = await postMany(channel, 5, { deadlineMs: 100 });
    expect(tally(sent)).toEqual({ 'unanswered TIMEOUT': 2, 'unsent NO_FREE_STREAM': 3 });
    expect(held).toHaveLength(2);
  });

  it('tells the peer, so that the stream is free for the next', async () => {
    const { held, hold, letGo } = holding();
    const peer = await startPeer(hold);
    const channel = openChannel(peer.origin, { streams: 1 });
    const cancel = new AbortController();
    const cancelled = post(channel, '/cancelled', { signal: cancel.signal });
    await eventually(() => held.length === 1);
    const next = post(channel, '/next');
    cancel.abort();
    expect(await cancelled).toEqual({ kind: 'unanswered', code: 'ABORTED' });
    await eventually(() => held.length === 2);
    expect(held[0]!.stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
    held.shift();
    letGo();
    expect(await next).toMatchObject({ kind: 'answered', sessionId: 1 });
  });

  it('sends nothing for who has aborted before', async () => {
    const peer = await startPeer();
    const channel = openChannel(peer.origin);
    expect(await post(channel, '/', { signal: AbortSignal.abort() })).toEqual({ kind: 'unsent', code: 'ABORTED' });
    const cancel = new AbortController();
    const waiting = post(channel, '/waiting', { signal: cancel.signal });
    cancel.abort();
    expect(await waiting).toEqual({ kind: 'unsent', code: 'ABORTED' });
    await post(channel, '/last');
    expect(peer.arrivals.map(({ path }) => path)).toEqual(['/last']);
  });

  it('is done without sending for what has waited for half of its time', async () => {
    const { held, hold, letGo } = holding();
    const peer = await startPeer(hold, { maxConcurrentStreams: 1 });
    const channel = openChannel(peer.origin);
    const first = post(channel, '/first');
    const late = post(channel, '/late', { deadlineMs: 1_000 });
    const began = performance.now();
    await eventually(() => performance.now() - began > 550);
    letGo();
    expect(await late).toEqual({ kind: 'unsent', code: 'NO_FREE_STREAM' });
    expect([(await first).kind, held.length]).toEqual(['answered', 0]);
  });
});

describe('a channel that is closed', () => {
  it('lets what is under way and what waits settle, and takes no more', async () => {
    const { held, hold, letGo } = holding();
    const peer = await startPeer(hold, { maxConcurrentStreams: 4 });
    const channel = openChannel(peer.origin);
    const sent = postMany(channel, 6);
    await eventually(() => held.length === 4);
    const closed = channel.close();
    expect(await post(channel)).toEqual({ kind: 'unsent', code: 'CLOSED' });
    letGo();
    await eventually(() => held.length === 2);
    letGo();
    expect(tally(await sent)).toEqual({ answered: 6 });
    await closed;
    await eventually(() => peer.openSessions() === 0);
  });

  it('under load leaves no timer, no listener, no socket and no session behind', async () => {
    const resources = (): string[] =>
      process.getActiveResourcesInfo().filter((name) => /Timeout|TCPSocketWrap|TLSWrap/.test(name));
    const { held, hold } = holding();
    const peer = await startPeer((arrival) => (arrival.path.endsWith('7') ? hold(arrival) : echo(arrival)));
    const before = resources().length;
    const figures = channelFigures();
    const channel = openChannel(peer.origin, { sessions: 4, figures });
    const { signal } = new AbortController();
    const sent = postMany(channel, 2_000, { deadlineMs: 2_000, signal });
    await eventually(() => held.length > 0);
    await channel.close();
    const answers = await sent;
    expect(answers).toHaveLength(2_000);
    expect(answers.filter(({ kind }) => kind === 'answered').length).toBeGreaterThan(100);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(figures).toMatchObject({ sessions: 0, streams: 0, waiting: 0 });
    await eventually(() => peer.openSessions() === 0);
    await eventually(() => resources().length <= before);
  });

  it('can be closed before it was used, and twice', async () => {
    const peer = await startPeer();
    const channel = openChannel(peer.origin);
    await channel.close();
    await channel.close();
    expect(peer.sessions).toEqual([]);
  });
});

describe('where it connects', () => {
  const named = (origin: string): string => origin.replace('127.0.0.1', 'push.example.com');

  it('is what the look-up it was given says, for every connection', async () => {
    const peer = await startPeer();
    const asked: string[] = [];
    const lookup: LookupFunction = (name, { all }, done) => {
      asked.push(name);
      if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
      else done(null, '127.0.0.1', 4);
    };
    expect(await post(openChannel(named(peer.origin), { lookup }))).toMatchObject({ kind: 'answered' });
    expect(asked).toEqual(['push.example.com']);
  });

  it('is nowhere when the look-up refuses, and why is told', async () => {
    const peer = await startPeer();
    const refused = Object.assign(new Error('no'), { code: 'ADDRESS_REFUSED' });
    const channel = openChannel(named(peer.origin), {
      lookup: (_name, _options, done) => done(refused, ''),
      whileUnreachable: 'fail',
    });
    expect(await post(channel)).toEqual({ kind: 'unsent', code: 'ADDRESS_REFUSED' });
    expect(peer.sessions).toEqual([]);
  });
});
