import { newUuid } from '@signalbox/contracts';
import { Semaphore } from '@signalbox/resilience';
import { deleteApp, initializeApp, type App } from 'firebase-admin/app';
import { getMessaging, type Message, type Messaging } from 'firebase-admin/messaging';
import { z } from 'zod';
import { parseRetryAfter } from '../../retry-wait.js';
import { UnderWay } from '../../under-way.js';
import { AccessTokens, notAuthorized, type AccessToken } from '../access-token.js';
import { readErrorBody, type FcmAnswer } from '../fcm-answer.js';
import { refusesToken } from '../fcm-outcome.js';
import type { FcmRequest, FcmTransport, FcmTransportOptions } from '../fcm-transport.js';
import { postForm } from '../post-form.js';
import { FcmAgent } from './fcm-agent.js';
import { FcmFlight } from './fcm-flight.js';

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
export class SdkFcmTransport implements FcmTransport {
  private readonly agent: FcmAgent;
  private readonly tokens: AccessTokens;
  private readonly app: App;
  private readonly messaging: Messaging;
  private readonly slots: Semaphore;
  private readonly underWay = new UnderWay();
  private readonly closed = new AbortController();
  private closing: Promise<void> | undefined;

  constructor(private readonly options: FcmTransportOptions) {
    const { secret, limits } = options;
    const { endpoint } = secret;
    this.agent = new FcmAgent(limits.connections, endpoint);
    // Half the time, so that who waits for a token is told of its failure and not of a deadline.
    const form = { endpoint, deadlineMs: limits.deadlineMs / 2, signal: this.closed.signal };
    this.tokens = new AccessTokens(secret, (url, body) => postForm(url, body, form));
    const settings = { projectId: secret.project_id, credential: this.tokens, httpAgent: this.agent };
    // The library keeps its apps by name.
    this.app = initializeApp(settings, newUuid());
    this.messaging = getMessaging(this.app);
    // One owner of retries: the delivery. Theirs would send again after 0 ms, up to four times.
    (this.messaging as unknown as LibraryMessaging).messagingRequestHandler.httpClient.retry = undefined;
    this.slots = new Semaphore(limits.connections);
  }

  get isIdle(): boolean {
    return this.underWay.isIdle;
  }

  async send(request: FcmRequest, signal?: AbortSignal): Promise<FcmAnswer> {
    const refusal = this.underWay.begin(request.id);
    if (refusal) return refusal;
    const flight = new FcmFlight(this.options.limits.deadlineMs, signal);
    void this.slots.use(() => this.call(request, flight));
    const answer = await flight.landed;
    this.underWay.end(request.id);
    if (answer.kind === 'unanswered' && answer.code === 'TIMEOUT') this.agent.dropIdle();
    return answer;
  }

  close(): Promise<void> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async shut(): Promise<void> {
    await this.underWay.close();
    // The one on which a token is fetched for messages that were given up, and the idle ones.
    this.closed.abort();
    this.agent.destroy();
    await deleteApp(this.app);
  }

  /**
   * Holds a slot until the flight is over, and not for longer: the library never settles for an answer that breaks off.
   */
  private async call(request: FcmRequest, flight: FcmFlight): Promise<void> {
    if (flight.isOver) return;
    // The deadline is for waiting and answering; what has waited for half of it would go out only to be given up.
    if (flight.ageMs > this.options.limits.deadlineMs / 2) return flight.fail('NO_FREE_CONNECTION');
    void this.ask(request, flight);
    await flight.landed;
  }

  private async ask(request: FcmRequest, flight: FcmFlight): Promise<void> {
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
  private async exchange(request: FcmRequest, flight: FcmFlight, tokenAgeMs: number): Promise<FcmAnswer | undefined> {
    let name: Promise<string>;
    try {
      name = this.agent.carry(flight, () =>
        this.messaging.send(libraryMessage(request), request.validateOnly ?? false),
      );
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

/**
 * The payload is in the form of the HTTP API, so that exactly what was counted is sent. The library takes that form too,
 * but for the lifetime, which it wants in milliseconds and writes as it was.
 */
function libraryMessage({ target, payload }: FcmRequest): Message {
  const { ttl, ...android } = payload.android;
  return { ...payload, ...target, android: { ...android, ttl: Number.parseInt(ttl, 10) * 1000 } };
}
