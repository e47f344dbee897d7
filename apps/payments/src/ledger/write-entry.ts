import { newUuid, type Gateway, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { Entry } from './entry.js';
import { INSERT } from './ledger.queries.js';

/** What moved the money. */
export interface Subject {
  readonly appId: Uuid;
  readonly gateway: Gateway;
  /** The connected account; empty: the app's own. */
  readonly account: string;
  readonly livemode: boolean;
  /** The gateway's name of it. */
  readonly gatewayRef: string;
  readonly paymentId: Uuid | undefined;
}

/** What an entry is written for, once. */
export type Cause = { readonly fact: Uuid } | { readonly gatewayEntry: string };

/** Writes an entry, unless there is one for its cause already. */
export async function writeEntry(
  tx: Sql,
  subject: Subject,
  cause: Cause,
  { kind, lines }: Entry,
  occurredAt: string | undefined,
): Promise<void> {
  if (lines.length === 0) return;
  const { appId, gateway, account, livemode, gatewayRef, paymentId } = subject;
  await tx.query(INSERT, [
    newUuid(),
    appId,
    gateway,
    account,
    livemode,
    kind,
    gatewayRef,
    paymentId ?? null,
    'fact' in cause ? cause.fact : null,
    'gatewayEntry' in cause ? cause.gatewayEntry : null,
    occurredAt ?? null,
    lines.map((line) => line.account),
    lines.map((line) => line.currency),
    lines.map((line) => line.amount),
  ]);
}
