import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Sql } from '@signalbox/database';
import { stopPart } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from './authenticator.js';
import { answerConditionally } from './caching/answer-conditionally.js';
import { announceDeprecations } from './deprecation/announce-deprecations.js';
import { closeService } from './close-service.js';
import { Drain } from './drain.js';
import { followKeys } from './key-trail/follow-keys.js';
import { KeyTrail } from './key-trail/key-trail.js';
import { limitRequests } from './limits/limit-requests.js';
import type { RequestLimiter } from './limits/request-limiter.js';
import { limitBodies } from './lines/body-deadline.js';
import { takeLines } from './lines/lines-body.js';
import { nestLogger } from './nest-logger.js';
import { DOCS_PATH, DOCUMENT_PATH, registerDocsRoutes } from './openapi/docs-routes.js';
import { openApiDocument } from './openapi/document.js';
import type { NamedSchemas } from './openapi/json-schema.js';
import { allow } from './policy.js';
import { ProblemFilter } from './problem-filter.js';
import { answerProtocolError } from './protocol-errors.js';
import { answerPages } from './answer-pages.js';
import type { Readiness } from './readiness.js';
import { type ExtraRoutes, guardRoutes } from './route-guard.js';
import { timeRoutes } from './route-timing.js';
import { registerServiceRoutes } from './service-routes.js';
import { registerSelf, type SelfFacts } from './service-self.js';
import { registerSignedRoutes, type SignedRoute } from './signed-routes.js';
import { speakJson } from './speak-json.js';
import { traceRequests } from './trace-requests.js';
import type { HasSecondFactor } from './step-up.js';
import { refuseUndeclaredHandlers } from './undeclared-handlers.js';

/** Bytes of a body, where the route says nothing else. */
const BODY_LIMIT = 256 * 1024;
/** Headers, and then a body, have this long to arrive completely. Milliseconds. */
const ARRIVAL = 30_000;
/** And a body that comes in lines. A little longer than any route takes them, so that it can say why it ends. */
const ARRIVAL_OF_LINES = 16 * 60_000;
/** No id of ours or of a mobile platform is longer. */
const MAX_PARAM_LENGTH = 512;

const STOPPING: Readiness = { ready: false, checks: { process: 'stopping' } };

const DOCUMENTATION: readonly ExtraRoutes[] = [DOCUMENT_PATH, DOCS_PATH].map((prefix) => ({
  prefix,
  allow: allow.publicly('the API document says nothing about any app'),
}));

export interface ServiceOptions {
  /** Short name, e.g. `push`. */
  readonly name: string;
  readonly module: DynamicModule | Type;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly authenticator: Authenticator;
  /** What callers may ask for; absent: as much as they like. */
  readonly limiter?: RequestLimiter | undefined;
  /** Needed where a route has `allow.recentUser(..., { acr })`. */
  readonly hasSecondFactor?: HasSecondFactor;
  readonly readiness: () => Promise<Readiness>;
  /** Seconds that a service that closes answers on, without keeping connections and not ready; 0 unless told. */
  readonly drainSeconds?: number | undefined;
  /** Where the last requests of each API key are kept for the console; absent: nowhere. */
  readonly keyTrailIn?: Sql;
  /** What operators are told of the process at `/v1/service`; absent: there is no such route. */
  readonly self?: SelfFacts;
  /** Addresses of proxies whose `X-Forwarded-For` is believed, separated by commas; nobody's unless told. */
  readonly trustedProxies?: string | undefined;
  /** Title and description of the API document. */
  readonly title: string;
  readonly description: string;
  /** Routes that Nest does not know (a mounted board, static files): every path under `prefix` has this policy. */
  readonly extraRoutes?: readonly ExtraRoutes[];
  /** Routes whose callers prove by a signature who they are. */
  readonly signedRoutes?: readonly SignedRoute[];
  /** Runs once, before listening: register plugins and hooks here. */
  readonly onFastify?: (fastify: FastifyInstance) => Promise<void>;
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  /** Where it listens, e.g. `http://127.0.0.1:4003`. */
  readonly url: string;
  /** Says that it is not ready, drains, refuses new requests, finishes those under way, then closes the Nest application. */
  close(): Promise<void>;
}

/**
 * Starts one HTTP service: Nest on Fastify with the guard, validation, problems, health, metrics and API document that
 * all services share. Returns when it listens.
 *
 * @throws UndeclaredRoute, UnverifiedRoute, StepUpUnanswered, UnusableSchema or UnusableDeprecation naming the route that must not be served; the listen error for a taken port.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { logger, metrics } = options;
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: ARRIVAL_OF_LINES,
    http: { headersTimeout: ARRIVAL },
    ...(options.trustedProxies === undefined ? {} : { trustProxy: options.trustedProxies }),
    // What comes while the door closes is finished, not refused: who should go elsewhere was told before, by drain.ts.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    clientErrorHandler: answerProtocolError,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => filter.send(error, request, reply),
  });
  const fastify = adapter.getInstance();
  const drain = new Drain(fastify.server);
  traceRequests(fastify);
  const named: NamedSchemas = new Map();
  const routes = guardRoutes(fastify, options, [...DOCUMENTATION, ...(options.extraRoutes ?? [])], named);
  if (options.limiter !== undefined) limitRequests(fastify, options.limiter, metrics);
  announceDeprecations(fastify, metrics, logger);
  answerConditionally(fastify);
  const filter = new ProblemFilter(logger, metrics, routes);
  speakJson(fastify);
  answerPages(fastify, routes);
  takeLines(fastify);
  limitBodies(fastify, ARRIVAL);
  timeRoutes(fastify, metrics);
  const trail = options.keyTrailIn && new KeyTrail({ sql: options.keyTrailIn, service: options.name, logger });
  if (trail !== undefined) followKeys(fastify, trail);

  const app = await NestFactory.create<NestFastifyApplication>(options.module, adapter, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  try {
    refuseUndeclaredHandlers(app);
    app.useGlobalFilters(filter);
    registerServiceRoutes(fastify, async () => (drain.isOn ? STOPPING : options.readiness()), metrics);
    if (options.self !== undefined) registerSelf(fastify, options.name, options.self);
    await app.init();
    await registerSignedRoutes(fastify, options.signedRoutes ?? [], filter);
    await registerDocsRoutes(
      fastify,
      options.title,
      openApiDocument({ title: options.title, description: options.description }, routes, named),
    );
    await options.onFastify?.(fastify);
    await app.listen(options.port, options.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    app,
    url: await app.getUrl(),
    close: async () => {
      await stopPart('callers that have to hear of it', drain.run((options.drainSeconds ?? 0) * 1_000));
      await stopPart('requests under way', closeService(app));
      await trail?.stop();
    },
  };
}
