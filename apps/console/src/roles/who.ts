import type { OperatorRole } from '@signalbox/contracts';
import type { NeededRole } from './role.js';
import type { RouteRoles } from './route-roles.js';

/** Somebody who is signed in to the console. */
export interface Operator {
  /** As the log knows them: `usr_...` or `break_glass`. */
  readonly id: string;
  /** As a person reads it. */
  readonly name: string;
  readonly role: OperatorRole;
}

/** What came of what an operator did; told in a sentence where a page did it. */
export interface Deed {
  readonly status: number;
  readonly outcome?: string;
  readonly about?: object;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The role that a route needs, where the method does not say it: GET is for viewers, all others are for operators. */
    role?: NeededRole;
  }
  interface FastifyRequest {
    /** Set by the session gate; null on the few routes that answer to anybody, and for whoever has no role. */
    operator: Operator | null;
    /** What the forms of this session's pages carry; null without a session. */
    formToken: string | null;
    /** What came of a request that changes something; null for one that was refused, or changes nothing. */
    deed: Deed | 'let_through' | null;
  }
  interface FastifyInstance {
    routeRoles: RouteRoles;
  }
}
