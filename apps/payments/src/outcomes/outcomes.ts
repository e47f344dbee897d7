import type { Uuid } from '@signalbox/contracts';
import type { GatewayName } from '../gateway/gateway.js';
import type { GatewayOutcome, Settlement } from '../gateway/outcome.js';
import type { outcomeQueries } from './outcome.queries.js';

/** A call whose outcome the janitor took on to ask for. */
export interface Taken {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly gateway: GatewayName;
  readonly kind: string;
  /** How often it was asked for, this time too. */
  readonly asked: number;
  /** Milliseconds since it was begun. */
  readonly ageMs: number;
}

/** One kind of calls that are kept before they are made, as the janitor has to know it. */
export interface Outcomes<Operation extends Taken, Value> {
  /** How the names of its metrics begin. */
  readonly name: 'payment' | 'subscription';
  /** In words, more than one. */
  readonly what: string;
  readonly queries: ReturnType<typeof outcomeQueries>;
  /** Deletes a slice of $1 rows that are kept for nothing any more. */
  readonly purge: string;
  ask(operation: Operation): Promise<Settlement<Value>>;
  /** Keeps what was found out as if the call had answered. */
  keep(operation: Operation, outcome: GatewayOutcome<Value>): Promise<unknown>;
}
