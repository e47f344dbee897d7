import { randomInt } from 'node:crypto';
import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { ADD_TALLIES, TALLIES } from './tally.queries.js';

/** Which rows this process counts on: with one row for all, everybody who records an outcome would wait for everybody else. */
export const TALLY_SHARD = randomInt(32);

const REFUSED = 'refused.';

/** What became of a notification's deliveries: refusals by their reason, and all outcomes together. */
export interface Tally {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
}

export const NO_TALLY: Tally = { outcomes: {}, refused: {} };

/** The name under which a refusal is counted. */
export function refusalOutcome(reason: string): string {
  return `${REFUSED}${reason}`;
}

/** Counts outcomes, inside the transaction that makes them so. The last lock that it takes. */
export async function addTallies(tx: Sql, notification: Uuid, outcomes: readonly string[]): Promise<void> {
  if (outcomes.length === 0) return;
  const counted = [...Map.groupBy(outcomes, (outcome) => outcome)];
  await tx.query(ADD_TALLIES, [
    notification,
    counted.map(([outcome]) => outcome),
    counted.map(([, all]) => all.length),
    TALLY_SHARD,
  ]);
}

export async function talliesOf(sql: Sql, notifications: readonly Uuid[]): Promise<Map<Uuid, Tally>> {
  const { rows } = await sql.query<{ id: Uuid; outcome: string; n: number }>(TALLIES, [notifications]);
  const byId = Map.groupBy(rows, ({ id }) => id);
  return new Map([...byId].map(([id, all]) => [id, tallyOf(all)]));
}

function tallyOf(rows: readonly { readonly outcome: string; readonly n: number }[]): Tally {
  const refused = rows.filter(({ outcome }) => outcome.startsWith(REFUSED));
  const others = rows.filter((row) => !refused.includes(row));
  const all = refused.reduce((sum, { n }) => sum + n, 0);
  return {
    outcomes: Object.fromEntries([
      ...others.map(({ outcome, n }) => [outcome, n] as const),
      ...(all === 0 ? [] : [['refused', all] as const]),
    ]),
    refused: Object.fromEntries(refused.map(({ outcome, n }) => [outcome.slice(REFUSED.length), n])),
  };
}
