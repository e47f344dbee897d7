import { type AddressInfo, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { Random } from '../schedule/random.ts';
import { ProxiedConnection } from './proxied-connection.ts';
import type { Toxic } from './toxic.ts';

/** What stands between one service and one server, and lets it feel what networks do. */
export class FaultProxy {
  private readonly connections = new Set<ProxiedConnection>();
  private readonly server: Server;
  private readonly random: Random;
  private toxic: Toxic | undefined;
  private resets: NodeJS.Timeout | undefined;
  private cutsLeft = 0;
  /** Connections that were cut after COMMIT so far. */
  cuts = 0;
  /** The port on 127.0.0.1 that new connections are led to. */
  target: number;

  private constructor(target: number, random: Random) {
    this.target = target;
    this.random = random;
    this.server = createServer((client) => {
      const connection = new ProxiedConnection(client, this.target, {
        onCommit: () => this.cutsAtCommit(),
        onClose: () => this.connections.delete(connection),
      });
      this.connections.add(connection);
      if (this.toxic) connection.suffer(this.toxic);
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async open(target: number, random: Random): Promise<FaultProxy> {
    const proxy = new FaultProxy(target, random);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Makes living and coming connections suffer until `heal`. */
  poison(toxic: Toxic): void {
    this.heal();
    this.toxic = toxic;
    for (const connection of this.connections) connection.suffer(toxic);
    if (toxic.toxic !== 'reset') return;
    this.resets = setInterval(() => {
      for (const connection of this.connections) if (this.random.next() < toxic.share) connection.reset();
    }, 1_000);
  }

  heal(): void {
    this.toxic = undefined;
    clearInterval(this.resets);
    for (const connection of this.connections) connection.recover();
  }

  /** Cuts the connections of the next `times` commits: every second time only once the server has answered. */
  cutAfterCommit(times: number): void {
    this.cutsLeft = times;
  }

  resetAll(): void {
    for (const connection of this.connections) connection.reset();
  }

  close(): void {
    clearInterval(this.resets);
    this.server.close();
    this.resetAll();
  }

  private cutsAtCommit(): 'pass' | 'cut-now' | 'cut-at-answer' {
    if (this.cutsLeft === 0) return 'pass';
    this.cutsLeft -= 1;
    this.cuts += 1;
    return this.cuts % 2 === 0 ? 'cut-now' : 'cut-at-answer';
  }
}
