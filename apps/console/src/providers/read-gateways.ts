import { firstUuidAt, formatId, type GatewayCalls, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type Hour, hourOf } from '../figures/read-figures.js';
import { STRIPE_MINUTES } from './edge.queries.js';
import { OPEN_BREAKERS } from './gateway-breaker.queries.js';

/** A breaker that turns calls of an app to a gateway away, in one process. */
export interface OpenBreaker {
  readonly appId: string;
  readonly gateway: 'stripe' | 'braintree';
  readonly calls: GatewayCalls;
  readonly process: string;
  readonly since: Date;
  /** When the next call may try. */
  readonly until: Date;
}

export interface Gateways {
  /** At most a hundred of them, those first that have been open for longest. */
  readonly open: readonly OpenBreaker[];
  /** Events of Stripe's that were taken on. */
  readonly taken: Hour;
}

const MOST_SHOWN = 100;
const MOST_COUNTED = 100_000;
const HOUR = 3_600_000;

/** How payments fares with gateways: which of them do not answer whom, and what they told. */
export async function readGateways(sql: Sql): Promise<Gateways> {
  const [open, minutes] = await Promise.all([
    sql.query<Omit<OpenBreaker, 'appId'> & { appId: Uuid }>(OPEN_BREAKERS, [MOST_SHOWN]),
    sql.query<{ ago: number; count: number }>(STRIPE_MINUTES, [firstUuidAt(Date.now() - HOUR), MOST_COUNTED]),
  ]);
  return {
    open: open.rows.map((row) => ({ ...row, appId: formatId('app', row.appId) })),
    taken: hourOf(minutes.rows, ({ count }) => count),
  };
}
