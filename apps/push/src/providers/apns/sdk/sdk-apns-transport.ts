import { generateKeyPairSync } from 'node:crypto';
import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import { isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import apn from '@parse/node-apn';
import type { Uuid } from '@signalbox/contracts';
import { UnderWay } from '../../under-way.js';
import type { ApnsAnswer } from '../apns-answer.js';
import { endsConnection } from '../apns-outcome.js';
import type { ApnsRequest, ApnsTransport, ApnsTransportOptions } from '../apns-transport.js';
import { ProviderTokenMissing } from '../provider-token/shared-provider-token.js';
import { ApnsFlight } from './apns-flight.js';
import { Connection } from './connection.js';
import { LibraryToken } from './library-token.js';

/** The private parts of @parse/node-apn 8.1.0 that are replaced below; the conformance suite fails when they move. */
interface LibraryClient {
  session: ClientHttp2Session | undefined;
  readonly config: { token: LibraryToken };
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
export class SdkApnsTransport implements ApnsTransport {
  private readonly provider: apn.Provider;
  private readonly library: LibraryClient;
  private readonly token = new LibraryToken();
  private readonly underWay = new UnderWay();
  private readonly waiting: { readonly request: ApnsRequest; readonly flight: ApnsFlight }[] = [];
  private readonly flights = new Map<Uuid, ApnsFlight>();
  private readonly connections = new Set<Connection>();
  private current: Connection | undefined;
  /** What the library has been given and has not put on a connection yet. */
  private readonly boarding = new Set<ApnsFlight>();
  private socket: TLSSocket | undefined;

  constructor(private readonly options: ApnsTransportOptions) {
    const settings = {
      token: { keyId: 'none', teamId: 'none', key: throwawayKey() },
      address: new URL(options.origin).hostname,
      // One owner of retries: the delivery.
      connectionRetryLimit: 0,
      // Our deadline covers more than theirs (the waiting, the connecting), so theirs is off.
      requestTimeout: 0,
      createConnection: () => (this.socket = this.openSocket()),
    };
    this.provider = new apn.Provider(settings);
    this.library = (this.provider as unknown as { client: LibraryClient }).client;
    this.library.config.token = this.token;
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
    return this.underWay.isIdle;
  }

  async send(request: ApnsRequest, signal?: AbortSignal): Promise<ApnsAnswer> {
    const refusal = this.underWay.begin(request.id);
    if (refusal) return refusal;
    const flight = new ApnsFlight(this.options.limits.deadlineMs, signal);
    this.flights.set(request.id, flight);
    this.waiting.push({ request, flight });
    this.startWaiting();
    const answer = await flight.landed;
    this.flights.delete(request.id);
    this.boarding.delete(flight);
    this.underWay.end(request.id);
    if (flight.connection && endsConnection(answer)) this.leave(flight.connection);
    this.startWaiting();
    return answer;
  }

  async close(): Promise<void> {
    await this.underWay.close();
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
      else if (!flight.isOver) void this.start(request, flight);
    }
  }

  private hasFreeStream(): boolean {
    const { streams } = this.options.limits;
    if (this.current?.isOpen) return this.boarding.size + this.current.carrying < this.current.capacity(streams);
    return this.boarding.size === 0;
  }

  private async start(request: ApnsRequest, flight: ApnsFlight): Promise<void> {
    this.boarding.add(flight);
    try {
      this.token.use(await this.options.token());
    } catch (error) {
      if (!(error instanceof ProviderTokenMissing)) throw error;
      return flight.returned(error.code);
    }
    // Given up while the token came.
    if (flight.isOver) return;
    const notification = new apn.Notification({
      id: request.id,
      topic: request.topic,
      pushType: request.pushType,
      priority: request.priority,
      expiry: request.expiration,
      collapseId: request.collapseId,
      // What `compile` would make; set so that exactly the bytes that were counted are sent.
      compiled: request.json,
    });
    await this.provider.send(notification, request.deviceToken);
    flight.returned('NOT_SENT');
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
      flight.board(stream, connection, this.token.ageMs);
      return stream;
    };
  }

  private leave(connection: Connection): void {
    if (Date.now() - connection.openedAt >= this.options.limits.minConnectionAgeMs) connection.leave();
  }

  private openSocket(): TLSSocket {
    const { origin, ca } = this.options;
    const { hostname: host, port } = new URL(origin);
    return connectTls({
      host,
      port: Number(port || 443),
      ALPNProtocols: ['h2'],
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
    });
  }
}

/** The library insists on a key to sign with; the token that is sent is ours. */
function throwawayKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
