import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preHandlerHookHandler,
} from 'fastify';
import { type Requirement, refusal, requirementOf } from './authorise.js';
import { askedFor } from './asked-for.js';
import type { Authenticator } from './authenticator.js';
import { schemeOf } from './challenge.js';
import { ENDPOINT, type EndpointDeclaration } from './endpoint.js';
import type { NamedSchemas } from './openapi/json-schema.js';
import { type Operation, operationOf } from './openapi/operation.js';
import type { Policy } from './policy.js';
import { StepUpUnanswered, UndeclaredRoute, UnverifiedRoute } from './undeclared-route.js';
import { refuseCardNumbers } from './refuse-card-numbers.js';
import { type HasSecondFactor, useSecondFactor } from './step-up.js';
import { requestValidator } from './validate-request.js';
import { SIGNED_ROUTE } from './fastify-types.js';

/** Routes that carry no `@Endpoint`, under a policy that the service states. */
export interface ExtraRoutes {
  readonly prefix: string;
  readonly allow: Policy;
}

/** Who finds out about callers. */
export interface Doorkeepers {
  readonly authenticator: Authenticator;
  readonly hasSecondFactor?: HasSecondFactor | undefined;
}

/** A route of the service's own, as it was registered. */
export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  /** Whether the API document shows it. */
  readonly documented: boolean;
  /** Whether pages in browsers may call it. */
  readonly fromBrowsers: boolean;
}

/**
 * Puts guard and validation in front of every route, whoever registers it: Nest's, the documentation's, a mounted
 * board's. The caller is checked before the body is read, so strangers cost no parsing. Everything a route needs is
 * compiled once, when it is registered; a request runs two closures.
 *
 * Must run before any route is registered.
 *
 * @param named takes the schemas that routes refer to by name, for the API document.
 * @returns the declared routes, filled as they are registered.
 * @throws UndeclaredRoute, out of the registration, for a route without a policy; UnverifiedRoute or StepUpUnanswered for one
 *   whose policy nobody checks; UnusableSchema for one whose schemas would not say what they check.
 */
export function guardRoutes(
  fastify: FastifyInstance,
  doorkeepers: Doorkeepers,
  extraRoutes: readonly ExtraRoutes[],
  named: NamedSchemas,
): readonly DeclaredRoute[] {
  const declared: DeclaredRoute[] = [];
  fastify.decorateRequest('caller', null);
  fastify.decorateRequest('refusal', null);
  fastify.decorateRequest('validBody', undefined);
  fastify.decorateRequest('validQuery', undefined);
  fastify.decorateRequest('validParams', undefined);
  fastify.addHook('onRoute', (route) => {
    const endpoint = route.config?.[ENDPOINT];
    if (endpoint !== undefined) {
      const operation = operationOf([route.method].flat().join(), route.url, endpoint, named);
      for (const method of [route.method].flat())
        declared.push({
          method,
          path: route.url,
          operation,
          documented: endpoint.undocumented !== true,
          fromBrowsers: endpoint.fromBrowsers === true,
        });
      if (endpoint.bodyLimit !== undefined) route.bodyLimit = endpoint.bodyLimit;
      if (route.config?.[SIGNED_ROUTE] !== true)
        route.preHandler = [validating(endpoint), ...[route.preHandler ?? []].flat()];
    }
    const policy = endpoint?.allow ?? extraRoutes.find(({ prefix }) => isUnder(prefix, route.url))?.allow;
    if (policy === undefined) throw new UndeclaredRoute(`${[route.method].flat().join(', ')} ${route.url}`);
    if ((policy.kind === 'signed') !== (route.config?.[SIGNED_ROUTE] === true)) {
      throw new UnverifiedRoute(`${[route.method].flat().join(', ')} ${route.url}`);
    }
    const requirement = requirementOf(policy);
    if (requirement !== undefined) {
      if (requirement.user?.recent?.acr !== undefined && doorkeepers.hasSecondFactor === undefined)
        throw new StepUpUnanswered(`${[route.method].flat().join(', ')} ${route.url}`);
      route.onRequest = [authenticating(doorkeepers, requirement), ...[route.onRequest ?? []].flat()];
    }
  });
  return declared;
}

function isUnder(prefix: string, path: string): boolean {
  return path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

function authenticating(doorkeepers: Doorkeepers, requirement: Requirement): onRequestHookHandler {
  const { authenticator, hasSecondFactor } = doorkeepers;
  const recent = requirement.user?.recent;
  const admit = async (request: FastifyRequest): Promise<void> => {
    const { authorization } = request.headers;
    const caller = await authenticator.verify(authorization, askedFor(request));
    request.caller = caller;
    const refused = refusal(requirement, caller, schemeOf(authorization));
    if (refused !== undefined) throw refused;
    if (caller.kind === 'user' && recent !== undefined && hasSecondFactor !== undefined) {
      const tooWeak = await useSecondFactor(recent, caller, schemeOf(authorization), hasSecondFactor);
      if (tooWeak !== undefined) throw tooWeak;
    }
  };
  return (request, _reply, done) => {
    // Most requests come with a key that was used in this very second; they need no promises.
    const caller = authenticator.recall?.(request.headers.authorization);
    if (caller?.kind === 'app' && refusal(requirement, caller) === undefined) {
      request.caller = caller;
      done();
      return;
    }
    admit(request).then(
      () => done(),
      (error: unknown) => done(error as Error),
    );
  };
}

function validating(endpoint: EndpointDeclaration): preHandlerHookHandler {
  const validate = requestValidator(endpoint);
  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) => {
    try {
      refuseCardNumbers(request);
      validate(request);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}
