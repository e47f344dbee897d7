import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import apn from '@parse/node-apn';
import type { Uuid } from '@signalbox/contracts';
import type { ApnsCredential } from '@signalbox/credentials';
import type { ApnsAnswer } from './apns-answer.js';
import { endsConnection } from './apns-outcome.js';
import { Connection } from './connection.js';
import { Flight } from './flight.js';
import type { ProviderToken } from './provider-token.js';

/** One request as Apple sees it: https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns */
export interface ApnsRequest {
  readonly id: Uuid;
  readonly deviceToken: string;
  readonly topic: string;
  readonly priority: 5 | 10;
  /** Seconds since 1970. */
  readonly expiration: number;
  readonly collapseId: string;
  readonly json: string;
}

export interface ApnsClientLimits {
  /** From the wait for a free stream to the last byte of the answer. */
  readonly deadlineMs: number;
  /** Requests under way on a connection at most; more wait here, where giving up is known to have sent nothing. */
  readonly streams: number;
  /** The pace of the watchdog: a silent connection is replaced within four ticks. */
  readonly tickMs: number;
  /** A connection younger than this is not left voluntarily: Apple takes rapid reconnects for an attack. */
  readonly minConnectionAgeMs: number;
}

export interface ApnsClientOptions {
  readonly host: string;
  readonly port: number;
  readonly ca: string | undefined;
  readonly secret: ApnsCredential;
  readonly token: ProviderToken;
  readonly limits: ApnsClientLimits;
}

/** The private parts of @parse/node-apn 8.1.0 that are replaced below; the conformance suite fails when they move. */
interface LibraryClient {
  session: ClientHttp2Session | undefined;
  readonly config: { token: ProviderToken };
  connect(): Promise<void>;
  closeAndDestroySession(session: ClientHttp2Session | undefined): Promise<void>;
}

/** Stops the library from sending a request that is over. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * One HTTP/2 connection at a time to one APNs host, over @parse/node-apn. docs/adr/0003-apns-client.md says why that
 * library, and what is taken out of its hands here: retries, deadlines, the answer, the token, the end of connections.
 */
export class ApnsClient {
  private readonly provider: apn.Provider;
  private readonly library: LibraryClient;
  private readonly waiting: { readonly request: ApnsRequest; readonly flight: Flight }[] = [];
  private readonly flights = new Map<Uuid, Flight>();
  private readonly connections = new Set<Connection>();
  private current: Connection | undefined;
  /** What the library has been given and has not put on a connection yet. */
  private readonly boarding = new Set<Flight>();
  private socket: TLSSocket | undefined;
  private isClosing = false;

  constructor(private readonly options: ApnsClientOptions) {
    const { host, secret, token } = options;
    const settings = {
      token: { teamId: secret.teamId, keyId: secret.keyId, key: secret.privateKey },
      address: host,
      // One owner of retries: the delivery.
      connectionRetryLimit: 0,
      // Our deadline covers more than theirs (the waiting, the connecting), so theirs is off.
      requestTimeout: 0,
      createConnection: () => (this.socket = this.openSocket()),
    };
    this.provider = new apn.Provider(settings);
    this.library = (this.provider as unknown as { client: LibraryClient }).client;
    this.library.config.token = token;
    const connect = this.library.connect.bind(this.library);
    this.library.connect = async () => {
      await connect();
      this.adoptSession();
    };
    // Node ends a session at GOAWAY and errors by itself, gracefully where it can. Theirs, called a second time (for two
    // answers of 500, say), destroys the session and every request on it.
    this.library.closeAndDestroySession = async () => undefined;
  }

  get isIdle(): boolean {
    return this.flights.size === 0;
  }

  /** Settles within the deadline and never rejects. */
  async send(request: ApnsRequest, signal?: AbortSignal): Promise<ApnsAnswer> {
    if (this.isClosing) return { kind: 'unsent', code: 'CLOSED' };
    if (this.flights.has(request.id)) return { kind: 'unsent', code: 'UNDER_WAY' };
    const flight = new Flight(this.options.limits.deadlineMs, signal);
    this.flights.set(request.id, flight);
    this.waiting.push({ request, flight });
    this.startWaiting();
    const answer = await flight.landed;
    this.flights.delete(request.id);
    this.boarding.delete(flight);
    if (flight.connection && endsConnection(answer)) this.leave(flight.connection);
    this.startWaiting();
    return answer;
  }

  /** Lets every request under way settle, then closes. */
  async close(): Promise<void> {
    this.isClosing = true;
    await Promise.all([...this.flights.values()].map((flight) => flight.landed));
    await Promise.all([...this.connections].map((connection) => connection.destroy()));
    // One that the library opened for a request which was given up at once.
    this.socket?.destroy();
    this.library.session = undefined;
    await this.provider.shutdown();
  }

  /** Starts as many of the waiting requests as the connection takes. */
  private startWaiting(): void {
    while (this.waiting.length > 0 && this.hasFreeStream()) {
      const { request, flight } = this.waiting.shift()!;
      // The deadline is for waiting and answering; what has waited for half of it would go out only to be given up.
      if (flight.ageMs > this.options.limits.deadlineMs / 2) flight.returned('NO_FREE_STREAM');
      else if (!flight.isOver) this.start(request, flight);
    }
  }

  private hasFreeStream(): boolean {
    const { streams } = this.options.limits;
    if (this.current?.isOpen) return this.boarding.size + this.current.carrying < this.current.capacity(streams);
    return this.boarding.size === 0;
  }

  private start(request: ApnsRequest, flight: Flight): void {
    const notification = new apn.Notification({
      id: request.id,
      topic: request.topic,
      pushType: 'alert',
      priority: request.priority,
      expiry: request.expiration,
      collapseId: request.collapseId,
      // What `compile` would make; set so that exactly the bytes that were counted are sent.
      compiled: request.json,
    });
    this.boarding.add(flight);
    void this.provider.send(notification, request.deviceToken).finally(() => flight.returned('NOT_SENT'));
  }

  private adoptSession(): void {
    const { session } = this.library;
    if (!session || !this.socket || this.current?.session === session) return;
    const connection = new Connection(session, this.socket, this.options.limits.tickMs);
    this.current = connection;
    this.connections.add(connection);
    session.once('close', () => this.connections.delete(connection));
    const request = session.request.bind(session);
    session.request = (headers, options) => {
      const flight = this.flights.get((headers as OutgoingHttpHeaders)['apns-id'] as Uuid);
      // Given up while the library was connecting, and reported as unsent: so it must not go out now.
      if (!flight || flight.isOver || flight.connection) throw new GivenUp();
      const stream = request(headers, options);
      this.boarding.delete(flight);
      flight.board(stream, connection, this.options.token.ageMs);
      return stream;
    };
  }

  private leave(connection: Connection): void {
    if (Date.now() - connection.openedAt >= this.options.limits.minConnectionAgeMs) connection.leave();
  }

  private openSocket(): TLSSocket {
    const { host, port, ca } = this.options;
    return connectTls({
      host,
      port,
      ALPNProtocols: ['h2'],
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
    });
  }
}
