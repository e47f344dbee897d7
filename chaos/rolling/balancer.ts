import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Chore } from '@signalbox/resilience';

/** Milliseconds between two looks at who is ready; kubelets take ten times that. More often, and two dozen processes do little else than answer. */
const LOOK_EVERY_MS = 500;

interface Endpoint {
  readonly port: number;
  isReady: boolean;
}

/**
 * What a Service of Kubernetes does: a new connection goes to the next endpoint that is ready, one that is there stays where it is, and
 * nothing is tried twice. It knows no HTTP.
 */
export class Balancer {
  readonly url: string;
  private readonly endpoints: readonly Endpoint[];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly looking = new Chore(LOOK_EVERY_MS, () => this.look());
  private turn = 0;

  private constructor(server: Server, ports: readonly number[]) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.endpoints = ports.map((port) => ({ port, isReady: false }));
    server.on('connection', (socket) => this.pass(socket));
  }

  static async open(ports: readonly number[]): Promise<Balancer> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const balancer = new Balancer(server, ports);
    balancer.looking.start();
    return balancer;
  }

  isReady(port: number): boolean {
    return this.endpoints.find((endpoint) => endpoint.port === port)?.isReady === true;
  }

  async close(): Promise<void> {
    await this.looking.stop();
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private async look(): Promise<void> {
    await Promise.all(
      this.endpoints.map(async (endpoint) => {
        // A connection of its own for each look, as kubelets do it.
        const answer = await fetch(`http://127.0.0.1:${endpoint.port}/health/ready`, {
          headers: { connection: 'close' },
        }).catch(() => undefined);
        await answer?.arrayBuffer().catch(() => undefined);
        endpoint.isReady = answer?.ok === true;
      }),
    );
  }

  private pass(client: Socket): void {
    const ready = this.endpoints.filter(({ isReady }) => isReady);
    const endpoint = ready[this.turn++ % ready.length];
    if (endpoint === undefined) {
      client.destroy();
      return;
    }
    const server = connect({ port: endpoint.port, host: '127.0.0.1', allowHalfOpen: true });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}
