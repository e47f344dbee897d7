import { formatId, type Uuid } from '@signalbox/contracts';
import { databaseCheck } from '../database-check.js';
import { counted, spoken } from '../durations.js';
import { type Finding, teller } from '../finding.js';
import { DEAD_STRIPE_EVENTS, LATE_RECONCILIATION, SILENT_SOURCES } from './standing.queries.js';

export interface StripeFacts {
  readonly silent: readonly { readonly id: Uuid; readonly name: string }[];
  readonly late: readonly LateSlice[];
  readonly dead: { readonly count: number; readonly example: Uuid | null };
}

interface LateSlice {
  readonly app: Uuid;
  readonly account: string;
  readonly slice: string;
  readonly error: string | null;
  readonly seconds: number;
}

/** Several times RECONCILE_SECONDS as it is unless told. */
const LATE_SECONDS = 1_800;

const told = teller('stripe');

export const stripeCheck = databaseCheck({
  name: 'stripe',
  read: async (sql): Promise<StripeFacts> => ({
    silent: (await sql.query<StripeFacts['silent'][number]>(SILENT_SOURCES)).rows,
    late: (await sql.query<LateSlice>(LATE_RECONCILIATION, [LATE_SECONDS])).rows,
    dead: (await sql.query<StripeFacts['dead']>(DEAD_STRIPE_EVENTS)).rows[0]!,
  }),
  judge: judgeStripe,
});

export function judgeStripe({ silent, late, dead }: StripeFacts): Finding[] {
  const findings: Finding[] = silent.map(({ id, name }) =>
    told.wrong(
      `no signing secret of source ${formatId('stripeSource', id)} (${name}) counts: all its webhooks are refused`,
      'give it one (POST /v1/stripe-sources/{id}/secrets), or delete it',
    ),
  );
  for (const { app, account, slice, error, seconds } of late) {
    const of = `${formatId('app', app)}${account === '' ? '' : ` (${account})`}, ${slice}`;
    const seen = `events of ${of} were last compared with Stripe's list ${spoken(seconds)} ago${error === null ? '' : `: ${error}`}`;
    findings.push(
      told.warning(seen, 'webhooks that got lost meanwhile go unnoticed: see the keys, and the log of payments'),
    );
  }
  if (dead.count > 0 && dead.example !== null) {
    const seen = `${counted(dead.count, 'event')} could not be worked on, such as ${formatId('stripeEvent', dead.example)}`;
    findings.push(told.warning(seen, 'see why (GET /v1/stripe-events), and replay'));
  }
  return findings.length > 0 ? findings : [told.ok('every source has a secret, nothing is late, nothing is dead')];
}
