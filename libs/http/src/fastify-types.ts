import type { EndpointDeclaration } from './endpoint.js';
import type { Principal } from './principal.js';
import type { Visit } from './visit.js';

/** The mark, in its config, of a route that verifies signatures. */
export const SIGNED_ROUTE = 'signalboxSigned';

declare module 'fastify' {
  interface FastifyContextConfig {
    signalboxEndpoint?: EndpointDeclaration;
    [SIGNED_ROUTE]?: true;
  }

  interface FastifyInstance {
    /** Aborted when the service begins to stop. */
    stopping: AbortSignal;
  }

  interface FastifyRequest {
    /** Set by the route's guard, also for whom it refuses then; null on public routes. */
    caller: Principal | null;
    /** Set when a problem is the answer. */
    refusal: { readonly code: string; readonly instance: string | undefined } | null;
    /** Set by the route's validation, parsed by the schemas of its `@Endpoint`. */
    validBody: unknown;
    validQuery: unknown;
    validParams: unknown;
    /** Set by a signed route, once it let the request in; null on every other. */
    visit: Visit | null;
  }
}
