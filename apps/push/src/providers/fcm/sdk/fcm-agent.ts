import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientRequest } from 'node:http';
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { FcmCredential } from '@signalbox/credentials';
import { atEndpoint } from '../at-endpoint.js';
import type { FcmFlight } from './fcm-flight.js';

const IDLE_CONNECTION_MS = 60_000;

/** Stops the library from sending a message that is over. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** What Node calls for every request; it is not in its typings, but agents are built on it everywhere. */
interface TakesRequests {
  addRequest(request: ClientRequest, options: object): void;
}
const NodeAgent = Agent as unknown as new (options: AgentOptions) => Agent & TakesRequests;

/**
 * The connections of one credential: HTTP/1.1, kept alive, at most `connections` to a host. With an `endpoint` all of them
 * go to that address instead of Google's, checked against its CA; the requests stay as they are.
 */
export class FcmAgent extends NodeAgent {
  private readonly flights = new AsyncLocalStorage<FcmFlight>();

  constructor(
    connections: number,
    private readonly endpoint: FcmCredential['endpoint'],
  ) {
    super({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections, timeout: IDLE_CONNECTION_MS });
  }

  /** The one request that `send` makes is the flight's. */
  carry<Result>(flight: FcmFlight, send: () => Promise<Result>): Promise<Result> {
    return this.flights.run(flight, send);
  }

  /** Something on a connection fell silent; those that are idle have to prove themselves by being opened again. */
  dropIdle(): void {
    for (const sockets of Object.values(this.freeSockets)) sockets?.forEach((socket) => socket.destroy());
  }

  override addRequest(request: ClientRequest, options: object): void {
    const flight = this.flights.getStore();
    // Given up while the library was preparing it, and reported as unsent: so it must not go out now.
    if (flight?.isOver) throw new GivenUp();
    flight?.board(request);
    super.addRequest(request, options);
  }

  override createConnection(options: object, done?: (error: Error | null, socket: Duplex) => void): Duplex | undefined {
    return super.createConnection({ ...options, ...atEndpoint(this.endpoint) }, done) ?? undefined;
  }
}
