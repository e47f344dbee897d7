import type { DeliveryBehaviour } from '../../deliver/delivery-behaviour.js';

export interface EndpointSecret {
  readonly value: string;
  /** Milliseconds since 1970; a rolled secret signs beside its successor until then. */
  readonly until: number | undefined;
}

/** Where events go: registered through the API, through the control API, or by `stripe listen`. */
export interface Endpoint {
  readonly id: string;
  readonly accountId: string;
  readonly source: 'api' | 'cli' | 'control';
  url: string;
  secrets: EndpointSecret[];
  readonly shape: 'snapshot' | 'thin';
  /** `connected` takes what happens on connected accounts, `all` takes everything, as `stripe listen` does. */
  readonly from: 'account' | 'all' | 'connected';
  /** Types, or `*`, or a group such as `charge.*`. */
  enabledEvents: readonly string[];
  /** Absent: the account's. */
  readonly apiVersion: string | undefined;
  status: 'disabled' | 'enabled';
  /** Absent: what holds for all endpoints. */
  behaviour?: DeliveryBehaviour;
  /** Seconds since 1970. */
  readonly created: number;
  description: string | null;
  metadata: Record<string, string>;
}

export function wants(endpoint: Endpoint, type: string): boolean {
  if (endpoint.status === 'disabled') return false;
  return endpoint.enabledEvents.some((pattern) => matchesType(pattern, type));
}

/** `charge.*` is everything of charges, their refunds and disputes included. */
export function matchesType(pattern: string, type: string): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
}

export function activeSecrets({ secrets }: Endpoint, now: number): string[] {
  return secrets.filter(({ until }) => until === undefined || now < until).map(({ value }) => value);
}
