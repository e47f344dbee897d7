import { firstUuidAt } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { EDGES } from './edge.queries.js';

/** Somebody else that Signalbox speaks to, beside those who carry notifications. */
export interface Edge {
  readonly name: string;
  readonly state: EdgeState;
  /** What it had to do with us in the last hour, and what waits. */
  readonly words: string;
}

export type EdgeState =
  | { readonly tone: 'good'; readonly text: 'ok' }
  | { readonly tone: 'quiet'; readonly text: 'not used' }
  | { readonly tone: 'waits' | 'bad'; readonly text: string };

interface EdgeRow {
  readonly stripeTaken: number;
  readonly stripeWaiting: number;
  readonly stripeDead: number;
  readonly braintreeTaken: number;
  readonly webhooksDelivered: number;
  readonly webhooksWaiting: number;
  readonly endpointsPaused: number;
  readonly endpointsDisabled: number;
  readonly mailWaiting: number;
  readonly mailSeconds: number | null;
  readonly stripeUnanswered: number;
  readonly braintreeUnanswered: number;
}

const HOUR = 3_600_000;
const MOST = 100_000;
/** A mail is sent within seconds, or its server does not take it. */
const MAIL_IS_LATE_SECONDS = 120;

/** Stripe, Braintree, webhooks of apps, mail: how they are, as far as the database tells. */
export async function readEdges(sql: Sql): Promise<Edge[]> {
  const { rows } = await sql.query<EdgeRow>(EDGES, [firstUuidAt(Date.now() - HOUR), MOST]);
  return edgesOf(rows[0]!);
}

function edgesOf(row: EdgeRow): Edge[] {
  const { stripeTaken, stripeWaiting, stripeDead, braintreeTaken, webhooksDelivered, webhooksWaiting } = row;
  const { stripeUnanswered, braintreeUnanswered } = row;
  const { endpointsPaused, endpointsDisabled, mailWaiting, mailSeconds } = row;
  return [
    {
      name: 'Stripe',
      state:
        unanswered(stripeUnanswered) ??
        (stripeDead > 0 ? bad(`${stripeDead} dead`) : calm(stripeTaken + stripeWaiting)),
      words: `${stripeTaken} events taken, ${stripeWaiting} wait`,
    },
    {
      name: 'Braintree',
      state: unanswered(braintreeUnanswered) ?? calm(braintreeTaken),
      words: `${braintreeTaken} webhooks taken`,
    },
    {
      name: 'Webhooks to apps',
      state: stateOfEndpoints(endpointsDisabled, endpointsPaused, webhooksDelivered + webhooksWaiting),
      words: `${webhooksDelivered} delivered, ${webhooksWaiting} not yet`,
    },
    {
      name: 'Mail',
      state: (mailSeconds ?? 0) > MAIL_IS_LATE_SECONDS ? bad('late') : calm(mailWaiting),
      words: mailWaiting === 0 ? 'none waits' : `${mailWaiting} wait, the oldest for ${Math.round(mailSeconds ?? 0)} s`,
    },
  ];
}

function unanswered(apps: number): EdgeState | undefined {
  return apps > 0 ? bad(`does not answer ${apps} ${apps === 1 ? 'app' : 'apps'}`) : undefined;
}

const bad = (text: string): EdgeState => ({ tone: 'bad', text });

function calm(seen: number): EdgeState {
  return seen > 0 ? { tone: 'good', text: 'ok' } : { tone: 'quiet', text: 'not used' };
}

function stateOfEndpoints(disabled: number, paused: number, seen: number): EdgeState {
  if (disabled > 0) return bad(`${disabled} disabled`);
  return paused > 0 ? { tone: 'waits', text: `${paused} paused` } : calm(seen);
}
