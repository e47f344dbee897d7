import type { Socket } from 'node:net';

const TICK_MS = 100;

/** One direction of a connection: carries bytes on at once, late, slowly or not at all, and never out of order. */
export class Flow {
  private readonly source: Socket;
  private readonly sink: Socket;
  private waiting: { chunk: Buffer; due: number }[] = [];
  private latency = 0;
  private bytesPerTick = Infinity;
  private held = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, sink: Socket) {
    this.source = source;
    this.sink = sink;
    sink.on('drain', () => source.resume());
    source.once('close', () => this.stop());
    sink.once('close', () => this.stop());
  }

  carry(chunk: Buffer): void {
    if (!this.held && this.latency === 0 && this.bytesPerTick === Infinity && this.waiting.length === 0) {
      if (!this.sink.write(chunk)) this.source.pause();
      return;
    }
    this.waiting.push({ chunk, due: performance.now() + this.latency });
    this.tick();
  }

  delay(ms: number): void {
    this.latency = ms;
  }

  limit(bytesPerSecond: number): void {
    this.bytesPerTick = Math.max(1, Math.round((bytesPerSecond * TICK_MS) / 1_000));
  }

  hold(): void {
    this.held = true;
  }

  /** Ends every trouble; what waited goes on at once. */
  release(): void {
    this.held = false;
    this.latency = 0;
    this.bytesPerTick = Infinity;
    this.tick();
  }

  private tick(): void {
    clearTimeout(this.timer);
    if (this.held || this.waiting.length === 0 || this.sink.destroyed) return;
    const now = performance.now();
    let room = this.bytesPerTick;
    while (room > 0 && this.waiting[0] && (this.latency === 0 || this.waiting[0].due <= now)) {
      const { chunk, due } = this.waiting.shift()!;
      this.sink.write(chunk.subarray(0, room));
      if (chunk.length > room) this.waiting.unshift({ chunk: chunk.subarray(room), due });
      room -= chunk.length;
    }
    const first = this.waiting[0];
    if (!first) return;
    const wait = this.bytesPerTick === Infinity ? Math.max(1, first.due - now) : TICK_MS;
    this.timer = setTimeout(() => this.tick(), wait);
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.waiting = [];
  }
}
