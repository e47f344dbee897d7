import { newUuid, type Uuid } from '@signalbox/contracts';
import type { FcmCredential } from '@signalbox/credentials';
import { Semaphore } from '@signalbox/resilience';
import { deleteApp, initializeApp, type App } from 'firebase-admin/app';
import { getMessaging, type Message, type Messaging } from 'firebase-admin/messaging';
import { z } from 'zod';
import { parseRetryAfter } from '../retry-wait.js';
import { AccessTokenRefused, AccessTokens, type AccessToken } from './access-token.js';
import { FcmAgent } from './fcm-agent.js';
import { readErrorBody, type FcmAnswer } from './fcm-answer.js';
import { refusesToken } from './fcm-outcome.js';
import type { FcmPayload } from './fcm-payload.js';
import { Flight } from './flight.js';

export type FcmTarget = { readonly token: string } | { readonly fid: string };

export interface FcmRequest {
  readonly id: Uuid;
  readonly target: FcmTarget;
  readonly payload: FcmPayload;
}

export interface FcmClientLimits {
  /** From the wait for a free connection to the last byte of the answer. */
  readonly deadlineMs: number;
  /** Connections at most, each with one request under way; more wait here, where giving up is known to have sent nothing. */
  readonly connections: number;
}

/** The private part of firebase-admin 14.5.1 that is switched off below; the tests of the provider fail when it moves. */
interface LibraryMessaging {
  readonly messagingRequestHandler: { readonly httpClient: { retry: object | undefined } };
}

/** An error of firebase-admin with Google's answer in it. */
const answeredError = z.object({
  httpResponse: z.object({
    status: z.number(),
    headers: z.looseObject({ 'retry-after': z.string().optional() }),
    data: z.unknown(),
  }),
});

/**
 * One service account's way to FCM over firebase-admin. docs/adr/0006-fcm-client.md says why that library, and what is
 * taken out of its hands here: retries, deadlines, the access token, and the meaning of an error.
 */
export class FcmClient {
  private readonly agent: FcmAgent;
  private readonly tokens: AccessTokens;
  private readonly app: App;
  private readonly messaging: Messaging;
  private readonly slots: Semaphore;
  private readonly flights = new Map<Uuid, Flight>();
  private closed: Promise<void> | undefined;

  constructor(
    secret: FcmCredential,
    private readonly limits: FcmClientLimits,
  ) {
    const agent = new FcmAgent(limits.connections, secret.endpoint);
    this.agent = agent;
    // Half the time, so that who waits for a token is told of its failure and not of a deadline.
    this.tokens = new AccessTokens(secret, (url, form) => agent.postForm(url, form, limits.deadlineMs / 2));
    const options = { projectId: secret.project_id, credential: this.tokens, httpAgent: agent };
    // The library keeps its apps by name.
    this.app = initializeApp(options, newUuid());
    this.messaging = getMessaging(this.app);
    // One owner of retries: the delivery. Theirs would send again after 0 ms, up to four times.
    (this.messaging as unknown as LibraryMessaging).messagingRequestHandler.httpClient.retry = undefined;
    this.slots = new Semaphore(limits.connections);
  }

  get isIdle(): boolean {
    return this.flights.size === 0;
  }

  /** Settles within the deadline and never rejects. */
  async send(request: FcmRequest, signal?: AbortSignal): Promise<FcmAnswer> {
    if (this.closed) return { kind: 'unsent', code: 'CLOSED' };
    if (this.flights.has(request.id)) return { kind: 'unsent', code: 'UNDER_WAY' };
    const flight = new Flight(this.limits.deadlineMs, signal);
    this.flights.set(request.id, flight);
    void this.slots.use(() => this.call(request, flight));
    const answer = await flight.landed;
    this.flights.delete(request.id);
    if (answer.kind === 'unanswered' && answer.code === 'TIMEOUT') this.agent.dropIdle();
    return answer;
  }

  /** Lets every message under way settle, then closes. */
  close(): Promise<void> {
    this.closed ??= this.shut();
    return this.closed;
  }

  private async shut(): Promise<void> {
    await Promise.all([...this.flights.values()].map((flight) => flight.landed));
    // Idle ones, and the one on which a token is fetched for messages that were given up.
    this.agent.destroy();
    await deleteApp(this.app);
  }

  /**
   * Holds a slot until the flight is over, and not for longer: the library never settles for an answer that breaks off.
   */
  private async call(request: FcmRequest, flight: Flight): Promise<void> {
    if (flight.isOver) return;
    // The deadline is for waiting and answering; what has waited for half of it would go out only to be given up.
    if (flight.ageMs > this.limits.deadlineMs / 2) return flight.fail('NO_FREE_CONNECTION');
    void this.ask(request, flight);
    await flight.landed;
  }

  private async ask(request: FcmRequest, flight: Flight): Promise<void> {
    let token: AccessToken;
    try {
      token = await this.tokens.get();
    } catch (error) {
      return flight.settle(notAuthorized(error));
    }
    if (flight.isOver) return;
    const answer = await this.exchange(request, flight, Date.now() - token.fetchedAt);
    if (answer === undefined) return flight.fail('NOT_SENT');
    if (refusesToken(answer)) this.tokens.discard(token);
    flight.settle(answer);
  }

  /** Google's answer; undefined when there is none, and the flight knows why. */
  private async exchange(request: FcmRequest, flight: Flight, tokenAgeMs: number): Promise<FcmAnswer | undefined> {
    let name: Promise<string>;
    try {
      name = this.agent.carry(flight, () => this.messaging.send(libraryMessage(request)));
    } catch (error) {
      return { kind: 'refused', message: (error as Error).message };
    }
    try {
      return { kind: 'answered', status: 200, messageId: await name, tokenAgeMs };
    } catch (error) {
      const answered = answeredError.safeParse(error);
      if (!answered.success) return undefined;
      const { status, headers, data } = answered.data.httpResponse;
      const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? '', Date.now());
      const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
      return { kind: 'answered', status, ...readErrorBody(data), ...waits, tokenAgeMs };
    }
  }
}

function notAuthorized(error: unknown): FcmAnswer {
  if (error instanceof AccessTokenRefused) return error.answer;
  // Our own fault (a key that cannot sign): the same for every message of this credential.
  return { kind: 'unauthorized', code: (error as Error).name, status: 400 };
}

/**
 * The payload is in the form of the HTTP API, so that exactly what was counted is sent. The library takes that form too,
 * but for the lifetime, which it wants in milliseconds and writes as it was.
 */
function libraryMessage({ target, payload }: FcmRequest): Message {
  const { ttl, ...android } = payload.android;
  return { ...payload, ...target, android: { ...android, ttl: Number.parseInt(ttl, 10) * 1000 } };
}
