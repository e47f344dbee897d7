import type { Transaction } from '../objects/transaction.js';
import type { Fields } from '../wire/fields.js';
import type { XmlValue } from '../wire/xml.js';
import type { Merchant } from '../world/merchant.js';

/** One request, authenticated and taken apart. */
export interface Call {
  readonly merchant: Merchant;
  readonly fields: Fields;
  /** The value of a name in the route's path, such as `id`. */
  readonly path: (name: string) => string;
  /** A number in the query, or 1. */
  readonly page: number;
  /** Where clients reach this API. */
  readonly origin: string;
  /** Transactions that were made later, in milliseconds since 1970, are not found yet. */
  readonly findableUntil: number;
}

/** What a request has come to. */
export type Result =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'xml';
      readonly status: 200 | 201;
      readonly name: string;
      readonly value: XmlValue;
      /** That it made or changed. */
      readonly transaction?: Transaction | undefined;
    };

export interface Route {
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** What follows the merchant: `/transactions/:id/void`. */
  readonly path: string;
  /** Everything happens synchronously, so no request sees another half done. @throws Refused, Invalid, Unsuccessful */
  readonly handle: (call: Call) => Result;
}

/** As in `PUT /transactions/:id/void`. */
export function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

export function get(path: string, handle: Route['handle']): Route {
  return { method: 'GET', path, handle };
}

export function post(path: string, handle: Route['handle']): Route {
  return { method: 'POST', path, handle };
}

export function put(path: string, handle: Route['handle']): Route {
  return { method: 'PUT', path, handle };
}

export function del(path: string, handle: Route['handle']): Route {
  return { method: 'DELETE', path, handle };
}

export function found(name: string, value: XmlValue): Result {
  return { kind: 'xml', status: 200, name, value };
}

export function created(name: string, value: XmlValue): Result {
  return { kind: 'xml', status: 201, name, value };
}

export const EMPTY: Result = { kind: 'empty' };
