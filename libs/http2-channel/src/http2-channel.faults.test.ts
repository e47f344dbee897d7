import { describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { channelFigures } from './channel-figures.js';
import { openChannel, post, postMany, tally } from './channel.harness.js';
import { echo, holding, nobody, startPeer, startTcp, startWire } from './peer.harness.js';

describe('a peer that falls silent', () => {
  it('is replaced within four ticks, and what was on its way is unanswered', async () => {
    const wire = await startWire(await startPeer());
    const figures = channelFigures();
    const channel = openChannel(wire.origin, { figures });
    await post(channel);
    wire.hold(true);
    const began = performance.now();
    expect(tally(await postMany(channel, 20))).toEqual({ 'unanswered PEER_SILENT': 20 });
    expect(performance.now() - began).toBeLessThan(1_000);
    wire.hold(false);
    expect(await post(channel)).toMatchObject({ kind: 'answered', sessionId: 2 });
    expect(figures).toMatchObject({ silent: 1, opened: 2, sessions: 1 });
  });

  it('is not mistaken for one that is slow: it answers pings', async () => {
    const { held, hold, letGo } = holding();
    const peer = await startPeer(hold);
    const answer = post(openChannel(peer.origin));
    // A ping after every second silent tick: six ticks, where three are the limit without an answer to it.
    await eventually(() => peer.pings() >= 3);
    expect(held).toHaveLength(1);
    letGo();
    expect(await answer).toMatchObject({ kind: 'answered', sessionId: 1 });
  });

  it('is left after two deadlines in a row even if it answers pings, and what it still carries may be answered', async () => {
    const held = new Map<string, () => void>();
    const peer = await startPeer((arrival) =>
      arrival.path === '/ok' ? echo(arrival) : held.set(arrival.path, () => echo(arrival)),
    );
    const channel = openChannel(peer.origin);
    const late = post(channel, '/late');
    for (const path of ['/1', '/ok', '/2', '/3']) await post(channel, path, { deadlineMs: 60 });
    expect(await post(channel, '/ok')).toMatchObject({ kind: 'answered', sessionId: 2 });
    held.get('/late')!();
    expect(await late).toMatchObject({ kind: 'answered', sessionId: 1 });
    await eventually(() => peer.openSessions() === 1);
  });

  it('while it was idle is found out before a request is trusted to it', async () => {
    const wire = await startWire(await startPeer());
    const figures = channelFigures();
    const channel = openChannel(wire.origin, { checkAfterIdleMs: 0, figures });
    await post(channel);
    wire.hold(true);
    const sent = postMany(channel, 20);
    await eventually(() => figures.silent === 1);
    wire.hold(false);
    expect(tally(await sent)).toEqual({ answered: 20 });
  });
});

describe('a session that has been idle', () => {
  it('is used again when it answers a ping', async () => {
    const peer = await startPeer();
    const channel = openChannel(peer.origin, { checkAfterIdleMs: 0 });
    for (let count = 0; count < 3; count += 1)
      expect(await post(channel)).toMatchObject({ kind: 'answered', sessionId: 1 });
  });
});

describe('while nobody can be reached', () => {
  it('requests wait for half of their time, and connecting is tried at growing distances', async () => {
    const attempts: number[] = [];
    const { origin } = await startTcp((socket) => {
      attempts.push(performance.now());
      socket.destroy();
    });
    const figures = channelFigures();
    const channel = openChannel(origin.replace('http:', 'https:'), { figures });
    expect(tally(await postMany(channel, 20, { deadlineMs: 800 }))).toEqual({ 'unsent ECONNRESET': 20 });
    // Full jitter with a floor of 50 ms: a loop would have come to thousands.
    expect(attempts.length).toBeGreaterThanOrEqual(2);
    expect(attempts.length).toBeLessThan(20);
    expect(figures).toMatchObject({ waiting: 0, waits: 20, streams: 0 });
  });

  it('requests fail at once where that is wished, and the next ones without an attempt', async () => {
    const figures = channelFigures();
    const channel = openChannel(await nobody(), { whileUnreachable: 'fail', figures });
    expect(tally(await postMany(channel, 20))).toEqual({ 'unsent ECONNREFUSED': 20 });
    expect(await post(channel)).toEqual({ kind: 'unsent', code: 'ECONNREFUSED' });
    expect(figures.connectFailures).toBe(1);
  });

  it('requests go out as soon as somebody is there', async () => {
    const wire = await startWire(await startPeer());
    wire.hold(true);
    const sent = postMany(openChannel(wire.origin), 20);
    wire.hold(false);
    expect(tally(await sent)).toEqual({ answered: 20 });
  });

  it('a connection that does not come about is given up, and nothing was sent', async () => {
    const { origin, sockets } = await startTcp((socket) => socket.pause());
    const channel = openChannel(origin.replace('http:', 'https:'), { whileUnreachable: 'fail' });
    expect(await post(channel)).toEqual({ kind: 'unsent', code: 'CONNECT_TIMEOUT' });
    expect(sockets).toHaveLength(1);
  });

  it('a channel can be closed', async () => {
    const channel = openChannel(await nobody());
    const sent = postMany(channel, 5);
    await channel.close();
    expect(tally(await sent)).toEqual({ 'unsent ECONNREFUSED': 5 });
  });
});

describe('a peer that answers nothing but ends every connection', () => {
  it('is not called in a loop', async () => {
    const peer = await startPeer(({ session }) => session.destroy());
    const channel = openChannel(peer.origin, { warmUp: 'one-stream' });
    const answers = await postMany(channel, 100, { deadlineMs: 600 });
    expect(answers.filter(({ kind }) => kind === 'answered')).toEqual([]);
    expect(peer.sessions.length).toBeLessThan(15);
  });
});

describe('a session that its peer is of no use on', () => {
  it('is left for another, unless it is young', async () => {
    const peer = await startPeer();
    const [old, young] = [openChannel(peer.origin), openChannel(peer.origin, { minSessionAgeMs: 60_000 })];
    for (const channel of [old, young]) {
      await post(channel);
      channel.leave(1);
    }
    expect(await post(old)).toMatchObject({ sessionId: 2 });
    expect(await post(young)).toMatchObject({ sessionId: 1 });
  });
});
