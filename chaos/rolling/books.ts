import { formatId, type Uuid } from '@signalbox/contracts';
import { eventually } from '@signalbox/process-control';
import { readArrivals } from '../oracle/arrivals.ts';
import { brokenInvariants, readOutcomes } from '../oracle/read-system.ts';
import { OWED, SENT_EVENTS, STRIPE_EVENTS } from './books.queries.ts';
import type { Promised } from './flows.ts';
import type { Stage } from './stage.ts';

/** Milliseconds until nothing may be owed any more. */
const PATIENCE_MS = 90_000;

/** What became of what was promised. */
export interface Books {
  /** Notifications that were accepted and have not exactly the outcome `sent`. */
  readonly lost: readonly string[];
  /** That the system has and nobody was promised: their answer was lost. */
  readonly unheard: number;
  /** Pushes to phones that came again under the id of the first. */
  readonly sentAgain: number;
  /** Of Stripe's events that were answered 200, those that are not there once, with a decision. */
  readonly lostStripeEvents: readonly string[];
  /** Events of which the webhook heard nothing. */
  readonly untold: number;
  readonly broken: readonly unknown[];
}

/** Waits until nothing is owed, and balances. @param heard ids of the events that the webhook heard of; undefined where there is none */
export async function balance(
  stage: Stage,
  promised: Promised,
  heard: ReadonlySet<string> | undefined,
): Promise<Books> {
  const { database } = stage;
  const isTold = async (): Promise<number> => {
    if (heard === undefined) return 0;
    const { rows } = await database.query<{ id: Uuid }>(SENT_EVENTS);
    return rows.filter(({ id }) => !heard.has(formatId('event', id))).length;
  };
  await eventually(
    async () => (await database.query<{ owed: number }>(OWED)).rows[0]!.owed === 0 && (await isTold()) === 0,
    { within: PATIENCE_MS, every: 250 },
  ).catch(() => undefined);
  const outcomes = await readOutcomes(database);
  const lost = [...promised.notifications].filter((id) => {
    const states = outcomes.get(id);
    return !(states?.size === 2 && states.has('accepted') && states.has('sent'));
  });
  const stripe = new Map(
    (await database.query<{ id: string; times: number; isDecided: boolean }>(STRIPE_EVENTS)).rows.map((row) => [
      row.id,
      row,
    ]),
  );
  const arrivals = await readArrivals(stage.oracleLog);
  return {
    lost,
    unheard: [...outcomes.keys()].filter((id) => !promised.notifications.has(id)).length,
    sentAgain: [...arrivals.values()].reduce((sum, all) => sum + all.length - 1, 0),
    lostStripeEvents: [...promised.stripeEvents].filter((id) => {
      const event = stripe.get(id);
      return event?.times !== 1 || !event.isDecided;
    }),
    untold: await isTold(),
    broken: await brokenInvariants(database),
  };
}
