export { allow, type Policy } from './policy.js';
export { ACR, type AppPrincipal, type Principal, type UserPrincipal } from './principal.js';
export type { AuthenticatedRequest, Authenticator } from './authenticator.js';
export { ApiKeyAuthenticator, hashApiKey, type RefusedAddress } from './api-key-authenticator.js';
export { type AppMode, type KeyKind, newKeyText } from './api-key-format.js';
export { readNetwork } from './allowed-networks.js';
export { prefixOf } from './address.js';
export { Problem, type ProblemInit, problemBody } from './problem.js';
export type { Scheme } from './challenge.js';
export { problems } from './problems.js';
export type { BodyLine } from './lines/body-lines.js';
export { problemOfError } from './problem-of-error.js';
export { Endpoint, type EndpointDeclaration, type ResponseDeclaration } from './endpoint.js';
export {
  AskedFor,
  BodyLines,
  Caller,
  CallerApp,
  CallerUser,
  IdempotencyKey,
  ReplyHead,
  ValidBody,
  ValidParams,
  ValidQuery,
} from './parameters.js';
export { etagOf, isVersionOf } from './caching/answer-conditionally.js';
export { cached, type CachePolicy } from './caching/cache-policy.js';
export type { SharedBuckets } from './limits/account.js';
export { type LimitBook, RequestLimiter } from './limits/request-limiter.js';
export type { RequestLimits } from './limits/usual-limits.js';
export { jsonPointer } from './json-pointer.js';
export { KEY_IN_HEADER, type KeyPlace, parseIdempotencyKey } from './idempotency-key.js';
export { onceMigrated } from './once-migrated.js';
export type { Readiness } from './readiness.js';
export type { ServiceProgram } from './run-service.js';
export { type SelfFacts, selfOf } from './service-self.js';
export { startService, type RunningService, type ServiceOptions } from './start-service.js';
export type { ExtraRoutes } from './route-guard.js';
export { StepUpUnanswered, UndeclaredRoute, UnverifiedRoute } from './undeclared-route.js';
export type { SignedRoute } from './signed-routes.js';
export type { RequestHead, Visit } from './visit.js';
export { UnusableDeprecation } from './deprecation/deprecation.js';
export { UnusableSchema } from './openapi/json-schema.js';
export { type Page, pageOf, pageQuery } from '@signalbox/contracts';
export { toPage } from './page.js';
export { zodErrors } from './zod-errors.js';
/** For a module whose interceptor sees the routes of the whole service. */
export { APP_INTERCEPTOR } from '@nestjs/core';
