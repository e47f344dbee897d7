import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientRequest } from 'node:http';
import { Agent, request as httpsRequest, type AgentOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import type { FcmCredential } from '@signalbox/credentials';
import type { Flight } from './flight.js';

const IDLE_CONNECTION_MS = 60_000;
const LONGEST_ANSWER = 65_536;

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
  private readonly flights = new AsyncLocalStorage<Flight>();

  constructor(
    connections: number,
    private readonly endpoint: FcmCredential['endpoint'],
  ) {
    super({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections, timeout: IDLE_CONNECTION_MS });
  }

  /** The one request that `send` makes is the flight's. */
  carry<Result>(flight: Flight, send: () => Promise<Result>): Promise<Result> {
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
    return super.createConnection({ ...options, ...this.redirected() }, done) ?? undefined;
  }

  private redirected(): (TlsOptions & { host: string; port: number; servername: string }) | undefined {
    if (!this.endpoint) return undefined;
    const { hostname, port } = new URL(this.endpoint.origin);
    const host = hostname.replace(/^\[|\]$/g, '');
    return { host, port: Number(port || 443), servername: isIP(host) === 0 ? host : '', ca: this.endpoint.ca };
  }

  /**
   * Sends a form and reads the answer, on a connection of its own that is not kept: a token is fetched once an hour.
   * @throws the system's error, or one with the code TIMEOUT after `deadlineMs`.
   */
  postForm(url: string, form: string, deadlineMs: number): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(form),
        connection: 'close',
      };
      const request = httpsRequest(url, { method: 'POST', agent: this, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > LONGEST_ANSWER) request.destroy(coded('TOO_LONG'));
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      const deadline = setTimeout(() => request.destroy(coded('TIMEOUT')), deadlineMs);
      request.on('error', reject);
      request.on('close', () => clearTimeout(deadline));
      request.end(form);
    });
  }
}

function coded(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
