import type { Params } from '../wire/params.js';
import type { Account } from '../world/account.js';

/** One request, authenticated and taken apart. */
export interface Call {
  readonly account: Account;
  readonly params: Params;
  /** The value of a name in the route's path, such as `id`. */
  readonly path: (name: string) => string;
  readonly version: string;
  /** Whether the request named a version itself. */
  readonly hasVersion: boolean;
  /** A publishable key may see only what it has the client secret of. */
  readonly isPublic: boolean;
  /** Where clients reach this API. */
  readonly origin: string;
}

export interface Route {
  readonly method: 'DELETE' | 'GET' | 'POST';
  /** As in Stripe's reference: `/v1/charges/:id`. */
  readonly path: string;
  /** Everything happens synchronously, so no request sees another half done. @throws Refused */
  readonly handle: (call: Call) => object;
  /** May be called with a publishable key. */
  readonly isPublic?: true;
  /** What it answers is in a version of its own, whatever version the request names. */
  readonly hasOwnVersion?: true;
}

/** As in `POST /v1/charges/:id`. */
export function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

export function get(path: string, handle: Route['handle']): Route {
  return { method: 'GET', path, handle };
}

export function post(path: string, handle: Route['handle']): Route {
  return { method: 'POST', path, handle };
}

export function del(path: string, handle: Route['handle']): Route {
  return { method: 'DELETE', path, handle };
}

export function inOwnVersion(route: Route): Route {
  return { ...route, hasOwnVersion: true };
}

/** What a phone may call with a publishable key. */
export function open(route: Route): Route {
  return { ...route, isPublic: true };
}
