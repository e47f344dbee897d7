import { connect, type Socket } from 'node:net';
import { CommitWatch } from './commit-watch.ts';
import { Flow } from './flow.ts';
import type { Toxic } from './toxic.ts';

export interface ConnectionEvents {
  /** The client has just asked for a commit; the answer says what becomes of the connection. */
  readonly onCommit: () => 'pass' | 'cut-now' | 'cut-at-answer';
  readonly onClose: () => void;
}

/** One connection of a client, and the one to the server that stands for it. */
export class ProxiedConnection {
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly up: Flow;
  private readonly down: Flow;
  private toldNothing = false;

  constructor(client: Socket, target: number, events: ConnectionEvents) {
    this.client = client;
    this.server = connect({ port: target, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    this.up = new Flow(client, this.server);
    this.down = new Flow(this.server, client);
    const watch = new CommitWatch();
    let cutAtAnswer = false;
    client.on('data', (chunk) => {
      if (this.toldNothing) return;
      const verdict = watch.sees(chunk) ? events.onCommit() : 'pass';
      cutAtAnswer ||= verdict === 'cut-at-answer';
      if (verdict === 'cut-now') this.server.write(chunk, () => this.reset());
      else this.up.carry(chunk);
    });
    this.server.on('data', (chunk) => {
      if (cutAtAnswer) this.reset();
      else this.down.carry(chunk);
    });
    for (const socket of [client, this.server]) socket.on('error', () => undefined);
    client.on('close', () => {
      this.server.destroy();
      events.onClose();
    });
    this.server.on('close', () => {
      if (!this.toldNothing) client.resetAndDestroy();
    });
  }

  suffer(toxic: Toxic): void {
    switch (toxic.toxic) {
      case 'latency':
        this.up.delay(toxic.ms);
        return;
      case 'trickle':
        this.up.limit(toxic.bytesPerSecond);
        this.down.limit(toxic.bytesPerSecond);
        return;
      case 'partition':
        if (toxic.way !== 'down') this.up.hold();
        if (toxic.way !== 'up') this.down.hold();
        return;
      case 'half-open':
        this.toldNothing = true;
        this.server.destroy();
        return;
      case 'reset':
        return;
    }
  }

  recover(): void {
    if (this.toldNothing) this.reset();
    this.up.release();
    this.down.release();
  }

  reset(): void {
    this.toldNothing = true;
    this.client.resetAndDestroy();
    this.server.destroy();
  }
}
