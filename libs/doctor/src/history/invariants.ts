import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstUuidAt, timeOfUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { databaseCheck, type Given } from '../database-check.js';
import { counted } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { BEGINNINGS, firstViolations } from './invariants.queries.js';

/** What always holds, each a statement of `prisma/invariants`. */
const INVARIANTS = {
  'accepted-work': 'every accepted notification is in exactly one place',
  'webhook-deliveries': 'every webhook delivery is in exactly one place',
  ledger: 'the ledger says what the facts say, in double entry',
} as const;
type Invariant = keyof typeof INVARIANTS;

export interface InvariantFacts {
  readonly invariant: Invariant;
  readonly violations: number;
  /** What the first of them are about, and what is wrong with it. */
  readonly examples: readonly string[];
  /** The log was cut since its first posting, so that a fact may be gone that a posting was made for. */
  readonly cut: boolean;
}

const EXAMPLES = 3;
const DAY = 86_400_000;

const told = teller('invariants');

/** One check for each, so that one that takes too long keeps the others from nothing. */
export const invariantChecks = (Object.keys(INVARIANTS) as Invariant[]).map((invariant) =>
  databaseCheck({
    name: 'invariants',
    read: (sql, given) => readInvariant(sql, given, invariant),
    judge: judgeInvariant,
  }),
);

async function readInvariant(sql: Sql, given: Given, invariant: Invariant): Promise<InvariantFacts> {
  const statement = await readFile(join(given.prisma, 'invariants', `${invariant}.sql`), 'utf8');
  const { from, cut } = invariant === 'ledger' ? await wholeLedger(sql) : { from: given.since, cut: false };
  const { rows } = await sql.query(firstViolations(statement, EXAMPLES), [from]);
  const violations = Number(rows[0]?.['violationsInAll'] ?? 0);
  return { invariant, violations, examples: rows.map(sayRow), cut };
}

/** A balance has no beginning but the first one; nothing is known of facts that were dropped. */
async function wholeLedger(sql: Sql): Promise<{ from: Uuid; cut: boolean }> {
  const { rows } = await sql.query<{ event: Uuid | null; posting: Uuid | null }>(BEGINNINGS);
  const { event, posting } = rows[0]!;
  const cut = event !== null && posting !== null && timeOfUuid(posting) + DAY < timeOfUuid(event);
  return { from: cut ? event : firstUuidAt(0), cut };
}

function sayRow({ violationsInAll: _all, problem, ...ids }: Record<string, unknown>): string {
  const about = Object.values(ids).filter((value) => typeof value === 'string');
  return `${about.join(' ')} ${String(problem)}`.trim();
}

export function judgeInvariant({ invariant, violations, examples, cut }: InvariantFacts): Finding[] {
  if (violations === 0) return [told.ok(INVARIANTS[invariant])];
  const seen = `prisma/invariants/${invariant}.sql: ${counted(violations, 'row breaks', 'rows break')} "${INVARIANTS[invariant]}", such as ${examples.join('; ')}`;
  if (cut) {
    return [
      told.warning(seen, 'days of the log were dropped: those of the first day that is kept may be of no account'),
    ];
  }
  return [
    told.wrong(
      seen,
      'this is a fault of ours or of a restore: keep the database as it is, and report these rows',
      'restore.md',
    ),
  ];
}
