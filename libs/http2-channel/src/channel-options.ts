import type { LookupFunction } from 'node:net';
import type { ChannelFigures } from './channel-figures.js';

export interface ChannelOptions {
  /** Where to connect: `https://host:port`, or `http://` for HTTP/2 without TLS. */
  readonly origin: string;
  /** The certificate authorities to trust, in PEM; absent: those that Node trusts. */
  readonly ca?: string | undefined;
  /** Finds the addresses of the origin's name, where not every address may be dialled; absent: the system's way. */
  readonly lookup?: LookupFunction | undefined;
  /** Sessions that take requests at once, at most. Another is opened only when all that are there are full. */
  readonly sessions: number;
  /** Requests under way on a session at most; fewer if the peer allows fewer (SETTINGS_MAX_CONCURRENT_STREAMS). */
  readonly streams: number;
  /**
   * `one-stream`: a new session carries one request until the first answer. Apple refuses what a burst on a new connection
   * sends above that. `settings`: until the peer has said how many it allows.
   */
  readonly warmUp: 'one-stream' | 'settings';
  /**
   * While no session can be opened, requests `wait` for half of their deadline, after which they would not be sent anyway,
   * or `fail` as soon as an attempt to connect has failed.
   */
  readonly whileUnreachable: 'wait' | 'fail';
  /** The pace of the watchdog, in milliseconds: a silent peer is replaced within four ticks. */
  readonly tickMs: number;
  /** A session that was idle for so long has to answer a ping before it is trusted with a request. */
  readonly checkAfterIdleMs: number;
  /** A younger session is not left voluntarily: rapid reconnects look like an attack. */
  readonly minSessionAgeMs: number;
  /** Bytes of an answer's body at most. */
  readonly maxBodyBytes: number;
  /** Where the channel counts what happens. */
  readonly figures?: ChannelFigures | undefined;
}
