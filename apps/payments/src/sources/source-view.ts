import { formatId, type StripeSecretView, type StripeSourceView, type Uuid } from '@signalbox/contracts';
import { pathOf } from '../edge/webhook-path.js';

/** A source as the queries of this folder name its columns. */
export interface SourceRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly name: string;
  readonly scope: 'account' | 'connect';
  readonly livemode: boolean;
  readonly shape: 'snapshot' | 'thin';
  readonly createdAt: Date;
}

export interface SecretRow {
  readonly id: Uuid;
  readonly sourceId: Uuid;
  readonly hint: string;
  readonly notBefore: Date;
  readonly notAfter: Date | null;
  readonly lastUsedAt: Date | null;
  readonly createdAt: Date;
}

export function viewSource(row: SourceRow, secrets: readonly SecretRow[]): StripeSourceView {
  const { id, name, scope, livemode, shape, createdAt } = row;
  return {
    id: formatId('stripeSource', id),
    name,
    scope,
    livemode,
    shape,
    path: pathOf(id),
    secrets: secrets.map(viewSecret),
    createdAt: createdAt.toISOString(),
  };
}

export function viewSecret(row: SecretRow): StripeSecretView {
  return {
    id: formatId('stripeSecret', row.id),
    hint: row.hint,
    notBefore: row.notBefore.toISOString(),
    notAfter: row.notAfter?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
