import { LANES, type Lane, PROVIDER_QUEUE_NAMES, queuesOf, type QueueName } from '@signalbox/contracts';
import type {
  ApnsCredential,
  ContentCipher,
  CredentialReader,
  FcmCredential,
  Provider,
  WebPushCredential,
} from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Flags } from '@signalbox/flags';
import {
  type GroupBoard,
  OfferLoop,
  Publisher,
  WorkHost,
  type QueueBackend,
  type WorkHandler,
} from '@signalbox/queues';
import { stopPart } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { broadcastHandler } from './broadcasts/broadcast.handler.js';
import { BreakerStates } from './breakers/breaker-states.js';
import type { Role } from './config.js';
import { deadLetterBoard } from './dead-letters/board.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { LetterRuns } from './dead-letters/runs/letter-runs.js';
import { AttemptLog } from './deliver/attempt-log.js';
import { AttemptMarks } from './deliver/attempt-marks.js';
import { Courtesy } from './deliver/courtesy.js';
import { type BreakerEvents, CredentialBreakers, OF_PUSH_SERVICE } from './deliver/credential-breakers.js';
import { deliverHandler } from './deliver/deliver.handler.js';
import { OpenedCredentials } from './deliver/opened-credentials.js';
import { whenOpen } from './deliver/when-open.js';
import { PACE_RULES, Pace } from './deliver/pace.js';
import { OutcomeCounter } from './deliver/outcome-counter.js';
import { OutcomeRecorder } from './deliver/outcome-recorder.js';
import { DeletionGuards } from './deletion-guards/deletion-guards.js';
import { FigureBook } from './figures/figure-book.js';
import { Figures } from './figures/figures.js';
import { Acceptor } from './notify/acceptor.js';
import { Notices } from './notices/notices.js';
import { PAYMENT_NOTICES } from './payment-notices/notice-kinds.js';
import type { PushProvider } from './providers/push-provider.js';
import { routeHandler } from './route/route.handler.js';
import { SIGN_IN_NOTICES } from './sign-in-notices/sign-in-notices.js';
import type { TemplateReader } from './templates/template-reader.js';
import { JustRead } from './work/just-read.js';
import { pushWork } from './work/push-work.js';

export interface PipelineOptions {
  readonly database: Database;
  /** The same, for what every notification goes through: its statements have fixed plans, but for those that read partitions. */
  readonly way: Database;
  readonly backend: QueueBackend;
  readonly cipher: ContentCipher;
  readonly credentials: CredentialReader;
  readonly templates: TemplateReader;
  readonly flags: Flags;
  readonly apns: PushProvider<ApnsCredential>;
  readonly fcm: PushProvider<FcmCredential>;
  readonly webpush: PushProvider<WebPushCredential>;
  readonly roles: ReadonlySet<Role>;
  readonly lanes: ReadonlySet<Lane>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The way of a notification inside one process, without HTTP: what accepts, what offers, what routes, what sends.
 * Starts and stops as a whole.
 */
export class PushPipeline {
  readonly acceptor: Acceptor;
  readonly publisher: Publisher;
  readonly deadLetters: DeadLetters;
  readonly letterRuns: LetterRuns;
  readonly offers: OfferLoop;
  /** What watches the providers, and hears of whatever else is sent to them. */
  readonly breakers: Readonly<Record<Provider, CredentialBreakers>>;
  private readonly host: WorkHost;
  private readonly board: GroupBoard;
  private readonly recorder: OutcomeRecorder;
  private readonly guards: DeletionGuards;
  private readonly figures = new Figures();
  private readonly breakerStates = new BreakerStates();
  private readonly figureBook: FigureBook;
  /** Whoever routes notifications also makes those that nobody asks for over HTTP. */
  private readonly notices: readonly Notices[];

  constructor(private readonly options: PipelineOptions) {
    const { database, way, backend, cipher, roles, lanes, logger, metrics } = options;
    const publisher = new Publisher(backend, logger);
    this.publisher = publisher;
    this.acceptor = new Acceptor(way, publisher, this.figures);
    this.deadLetters = new DeadLetters(database, publisher);
    this.letterRuns = new LetterRuns(database, publisher, logger);
    this.guards = new DeletionGuards(database, logger, metrics);
    const counter = new OutcomeCounter(metrics, this.figures);
    this.recorder = new OutcomeRecorder(way, publisher, this.guards, counter);
    this.figureBook = new FigureBook(database, this.figures, this.breakerStates, logger);
    this.offers = new OfferLoop({ database, store: pushWork, backend, publisher, queues: queuesOf('push'), logger });
    this.host = new WorkHost({ database: way, store: pushWork, backend, logger, metrics });
    const queues = PROVIDER_QUEUE_NAMES.filter((queue) => [...roles].some((role) => queue.startsWith(`push.${role}.`)));
    this.board = deadLetterBoard({ database, backend, runs: this.letterRuns, queues, logger });
    const attempts = new AttemptLog(logger, metrics, this.figures);
    this.breakers = {
      apns: new CredentialBreakers(this.whenOpen('apns', attempts)),
      fcm: new CredentialBreakers(this.whenOpen('fcm', attempts)),
      webpush: new CredentialBreakers(this.whenOpen('webpush', attempts), OF_PUSH_SERVICE),
    };
    this.handlers = this.makeHandlers(publisher, attempts);
    const catalogues = roles.has('route') && lanes.has('transactional') ? [PAYMENT_NOTICES, SIGN_IN_NOTICES] : [];
    this.notices = catalogues.map(
      (catalogue) => new Notices(catalogue, { database, cipher, publisher, figures: this.figures, logger, metrics }),
    );
  }

  private readonly handlers: readonly WorkHandler<never>[];

  /** The queues that this process works on. */
  get queues(): readonly QueueName[] {
    return this.handlers.map((handler) => handler.queue);
  }

  /** When work last ended here, on the monotonic clock; undefined before the first. */
  get lastWorkEndedAt(): number | undefined {
    return this.host.lastEndedAt;
  }

  /** Resolves once no fact that users are told of can be missed, unless the database does not answer just now. */
  async start(): Promise<void> {
    const { logger, roles } = this.options;
    await Promise.all(this.notices.map((each) => each.register())).catch((error: unknown) => {
      logger.warn({ err: error }, 'the feed could not be read; notices begin when it can');
    });
    for (const each of this.notices) each.start();
    this.offers.start();
    this.host.start(this.handlers);
    this.board.start();
    if (roles.has('route')) this.letterRuns.work();
    this.guards.start();
    this.figureBook.start();
  }

  /** Ends in the order of the flow, so that nothing is taken on that could not be handed on. */
  async stop(): Promise<void> {
    await Promise.all([
      stopPart('accepts', this.acceptor.drain()),
      stopPart('a run over dead letters', this.letterRuns.stopWorking()),
      ...this.notices.map((each) => stopPart('notices', each.stop())),
    ]);
    await this.offers.stop();
    await Promise.all([this.host.stop(), stopPart('the board of dead letters', this.board.stop())]);
    await stopPart('outcomes', this.recorder.drain());
    await Promise.all([this.guards.stop(), this.figureBook.stop()]);
    const { apns, fcm, webpush } = this.options;
    await stopPart('connections to providers', Promise.all([apns.close(), fcm.close(), webpush.close()]));
  }

  private makeHandlers(publisher: Publisher, attempts: AttemptLog): WorkHandler<never>[] {
    const { database, way, cipher, credentials, templates, flags, apns, fcm, webpush, roles, lanes } = this.options;
    const opened = new OpenedCredentials(credentials);
    const justRead = new JustRead();
    const route = { database, way, publisher, justRead, handOn: this.host.handOn.bind(this.host) };
    const deliver = {
      database: way,
      cipher,
      templates,
      recorder: this.recorder,
      publisher,
      attempts,
      marks: new AttemptMarks(database),
      courtesy: new Courtesy(),
      justRead,
      flags,
    };
    const toApns = {
      ...deliver,
      ...this.guardsOf('apns'),
      provider: apns,
      credentialOf: opened.of('apns'),
    };
    const toFcm = {
      ...deliver,
      ...this.guardsOf('fcm'),
      provider: fcm,
      credentialOf: opened.of('fcm'),
    };
    const toBrowsers = {
      ...deliver,
      ...this.guardsOf('webpush'),
      provider: webpush,
      credentialOf: opened.of('webpush'),
    };
    const broadcast =
      roles.has('route') && lanes.has('bulk') ? [broadcastHandler({ database, credentials, publisher })] : [];
    return [
      ...broadcast,
      ...LANES.filter((lane) => lanes.has(lane)).flatMap((lane) => [
        ...(roles.has('route') ? [routeHandler(lane, route)] : []),
        ...(roles.has('apns') ? [deliverHandler(lane, toApns)] : []),
        ...(roles.has('fcm') ? [deliverHandler(lane, toFcm)] : []),
        ...(roles.has('webpush') ? [deliverHandler(lane, toBrowsers)] : []),
      ]),
    ];
  }

  /** What both lanes of a provider share, since both speak to the same servers with the same credentials. */
  private guardsOf(provider: Provider): { breakers: CredentialBreakers; pace: Pace } {
    return { breakers: this.breakers[provider], pace: new Pace(PACE_RULES[provider]) };
  }

  /** Of browsers' push services one may be away while others answer: then nothing is on hold as a whole. */
  private whenOpen(provider: Provider, attempts: AttemptLog): BreakerEvents {
    const { database, logger } = this.options;
    return whenOpen(provider, provider !== 'webpush', { database, attempts, states: this.breakerStates, logger });
  }
}
