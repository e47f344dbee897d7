import { channelFigures, type ChannelFigures } from '@signalbox/http2-channel';
import type { Metrics } from '@signalbox/telemetry';
import { PROVIDERS } from './push-provider.js';

const EVERY_MS = 5_000;

/** What is counted up, and what its metric is called. */
const COUNTED = {
  waits: 'Requests to a provider that had to wait for a stream',
  opened: 'Connections to a provider opened',
  connectFailures: 'Connections to a provider that ended before they answered anything',
  silent: 'Connections to a provider that were replaced because it was silent',
  goaways: 'Connections that a provider asked to leave',
} satisfies Partial<Record<keyof ChannelFigures, string>>;
type Counted = keyof typeof COUNTED;

const METRIC: Readonly<Record<Counted, string>> = {
  waits: 'provider_stream_waits_total',
  opened: 'provider_connections_opened_total',
  connectFailures: 'provider_connect_failures_total',
  silent: 'provider_connections_silent_total',
  goaways: 'provider_goaways_total',
};

/** Shows Prometheus, every few seconds, what the connections to the providers do. */
export class TransportFigures {
  readonly apns = channelFigures();
  readonly fcm = channelFigures();
  readonly webpush = channelFigures();
  private readonly told = { apns: channelFigures(), fcm: channelFigures(), webpush: channelFigures() };
  private readonly connections;
  private readonly streams;
  private readonly waiting;
  private readonly counters;
  private timer: NodeJS.Timeout | undefined;

  constructor(metrics: Metrics) {
    this.connections = metrics.gauge('provider_connections', 'Open HTTP/2 connections to a provider', ['provider']);
    this.streams = metrics.gauge('provider_streams', 'Requests to a provider under way', ['provider']);
    this.waiting = metrics.gauge('provider_streams_waiting', 'Requests that wait for a stream', ['provider']);
    this.counters = (Object.keys(COUNTED) as Counted[]).map((figure) => ({
      figure,
      counter: metrics.counter(METRIC[figure], COUNTED[figure], ['provider']),
    }));
  }

  start(): void {
    this.timer = setInterval(() => this.tell(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private tell(): void {
    for (const provider of PROVIDERS) {
      const now = this[provider];
      const told = this.told[provider];
      this.connections.set({ provider }, now.sessions);
      this.streams.set({ provider }, now.streams);
      this.waiting.set({ provider }, now.waiting);
      for (const { figure, counter } of this.counters) {
        counter.inc({ provider }, now[figure] - told[figure]);
        told[figure] = now[figure];
      }
    }
  }
}
