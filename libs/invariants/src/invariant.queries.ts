import { readFileSync } from 'node:fs';

/** The invariants, by the file in `prisma/invariants` that says what they are. */
export const INVARIANTS = {
  'accepted-work': { windowMs: 15 * 60_000, of: 'notification_id' },
  'webhook-deliveries': { windowMs: 15 * 60_000, of: 'delivery_id' },
  ledger: { windowMs: 24 * 3_600_000, of: undefined },
} as const satisfies Record<string, { readonly windowMs: number; readonly of: string | undefined }>;

/**
 * The rows that violate an invariant among what is not older than $1. What is younger than that by less than a minute, up to $2, is looked
 * at and not judged: ids are dated by the process that makes them, so what belongs to it may seem to be older than $1. The ledger sees to
 * that itself. Indexes: those of the invariant.
 */
export function violationsOf(name: keyof typeof INVARIANTS): string {
  const statement = readFileSync(new URL(`../../../prisma/invariants/${name}.sql`, import.meta.url), 'utf8');
  const { of } = INVARIANTS[name];
  const judged = of === undefined ? '$2::uuid IS NOT NULL' : `${of} >= $2::uuid`;
  return `SELECT to_jsonb(violation) AS violation FROM (${statement.trim().replace(/;$/, '')}) AS violation WHERE ${judged}`;
}
