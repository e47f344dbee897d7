/**
 * What channels are doing and have done. A channel counts by adding to these numbers, which costs nothing per request;
 * several channels may share one object, and whoever exports metrics reads it.
 */
export interface ChannelFigures {
  /** Open now, those that end after what they carry included. */
  sessions: number;
  /** Requests on a stream now. */
  streams: number;
  /** Requests that wait for a stream now. */
  waiting: number;
  /** Requests that had to wait. */
  waits: number;
  /** Sessions opened. */
  opened: number;
  /** Attempts to open a session that failed. */
  connectFailures: number;
  /** Sessions given up because the peer was silent. */
  silent: number;
  /** Sessions that the peer asked to leave. */
  goaways: number;
}

export function channelFigures(): ChannelFigures {
  return { sessions: 0, streams: 0, waiting: 0, waits: 0, opened: 0, connectFailures: 0, silent: 0, goaways: 0 };
}
