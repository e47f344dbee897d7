import { type DataRequestView, formatId, type KeptData, parseId, type Uuid } from '@signalbox/contracts';
import type { Counts } from '@signalbox/personal-data';

/** What a service has come to, as the row keeps it. */
interface StepRow {
  readonly service: string;
  readonly state: 'under_way' | 'done';
  readonly reason: string | null;
  readonly counts: Counts;
  readonly kept: readonly KeptData[];
  readonly endedAt: string | null;
}

/** A request with the steps of the services, as requests.queries.ts reads it. */
export interface RequestRow {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly kind: 'erasure' | 'export';
  readonly userId: string | null;
  readonly person: string;
  readonly pseudonym: string;
  readonly askedBy: string;
  readonly services: readonly string[];
  readonly state: 'open' | 'overdue' | 'done' | 'expired';
  readonly requestedAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
  readonly receipt: string | null;
  readonly receiptKey: Record<string, unknown> | null;
  readonly archiveExpiresAt: Date | null;
  readonly steps: readonly StepRow[];
}

/** How a request names its user to others: by our id, which is random, or by the pseudonym of the app's. */
export function nameOf({ person, pseudonym }: Pick<RequestRow, 'person' | 'pseudonym'>): string {
  return parseId('user', person) === undefined ? pseudonym : person;
}

export function viewOfRequest(row: RequestRow): DataRequestView {
  const { id, kind, state, requestedAt, dueAt, endedAt, archiveExpiresAt } = row;
  return {
    id: formatId('dataRequest', id),
    kind,
    state,
    user: nameOf(row),
    requestedAt: requestedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    archiveExpiresAt: archiveExpiresAt?.toISOString() ?? null,
    services: servicesOf(row),
  };
}

/** Those that have to answer, and any that began without being asked to. */
function servicesOf({ services, steps }: RequestRow): DataRequestView['services'] {
  return [...new Set([...services, ...steps.map(({ service }) => service)])].map((service) => {
    const step = steps.find((each) => each.service === service);
    if (step === undefined) {
      return { service, state: 'not_answered', reason: null, counts: {}, kept: [], endedAt: null };
    }
    const { state, reason, counts, kept, endedAt } = step;
    return {
      service,
      state: state === 'under_way' && reason !== null ? 'waiting' : state,
      reason,
      counts: { ...counts },
      kept: [...kept],
      endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
    };
  });
}
