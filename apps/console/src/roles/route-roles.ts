import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import type { NeededRole } from './role.js';

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/** A route of the console, and the least role that may call it. */
export interface RouteRole {
  readonly method: string;
  /** As it was registered, such as `/holds/:credentialId/lift`. */
  readonly url: string;
  readonly role: NeededRole;
}

interface KnownRoute {
  readonly method: string;
  readonly url: string;
  readonly pattern: RegExp;
  /** Its config is complete only when every hook has seen it. */
  readonly options: RouteOptions;
}

/** Knows what each route of the console needs, whoever registered it. */
export class RouteRoles {
  private readonly routes: KnownRoute[] = [];

  /** Hears of every route that is registered from now on. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (options) => {
      for (const method of [options.method].flat())
        this.routes.push({ method, url: options.url, pattern: patternOf(options.url), options });
    });
  }

  /** What a form or link of a page leads to; undefined: to no route of ours. */
  neededAt(method: string, path: string): NeededRole | undefined {
    const plain = path.split(/[?#]/, 1)[0]!;
    const found = this.routes.filter((route) => route.method === method && route.pattern.test(plain));
    // As the router does it: a route without a parameter goes before one that has one.
    const route = found.toSorted((one, other) => parametersIn(one) - parametersIn(other))[0];
    return route && neededBy(method, route.options.config?.role);
  }

  /** Every route, for the list of who may do what. */
  all(): RouteRole[] {
    return this.routes.map(({ method, url, options }) => ({
      method,
      url,
      role: neededBy(method, options.config?.role),
    }));
  }
}

/** What the route that a request was matched with needs. A path that leads nowhere needs what its method does. */
export function neededFor(request: FastifyRequest): NeededRole {
  return neededBy(request.method, request.routeOptions.config.role);
}

function neededBy(method: string, said: NeededRole | undefined): NeededRole {
  return said ?? (isSafe(method) ? 'viewer' : 'operator');
}

function patternOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll(/:\w+/g, '[^/]+')}$`);
}

function parametersIn({ url }: KnownRoute): number {
  return url.split(/[:*]/).length;
}
