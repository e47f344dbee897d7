import { afterEach } from '@jest/globals';
import { Http2Channel } from './http2-channel.js';
import type { ChannelAnswer, RequestLimits } from './channel-answer.js';
import type { ChannelOptions } from './channel-options.js';

const USUAL: Omit<ChannelOptions, 'origin'> = {
  sessions: 1,
  streams: 100,
  warmUp: 'settings',
  whileUnreachable: 'wait',
  tickMs: 50,
  checkAfterIdleMs: 60_000,
  minSessionAgeMs: 0,
  maxBodyBytes: 65_536,
};

let opened: Http2Channel[] = [];
afterEach(async () => {
  await Promise.all(opened.map((channel) => channel.close()));
  opened = [];
});

/** A channel that is closed after the test. */
export function openChannel(origin: string, options: Partial<ChannelOptions> = {}): Http2Channel {
  const channel = new Http2Channel({ ...USUAL, origin, ...options });
  opened.push(channel);
  return channel;
}

/** Sends one request. */
export function post(
  channel: Http2Channel,
  path = '/',
  { body = path, ...limits }: Partial<RequestLimits> & { body?: string } = {},
): Promise<ChannelAnswer> {
  const headers = [':method', 'POST', ':path', path, ':scheme', 'http', ':authority', 'peer.test'];
  return channel.request({ headers, body }, { deadlineMs: 5_000, ...limits });
}

/** Sends as many at once. */
export function postMany(
  channel: Http2Channel,
  count: number,
  limits?: Partial<RequestLimits>,
): Promise<ChannelAnswer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => post(channel, `/${index}`, limits)));
}

/** How many answers there are of each kind. */
export function tally(answers: readonly ChannelAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const label = answer.kind === 'answered' ? 'answered' : `${answer.kind} ${answer.code}`;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}
