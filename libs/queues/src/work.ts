import type { Lane, QueueName, Uuid } from '@signalbox/contracts';

/** A work row to be made: an obligation for at most 500 items of one queue, lane and (if it sends) credential. */
export interface NewWork {
  readonly id: Uuid;
  /** The work row that an accept made; every descendant carries it, so that a notification's open work can be found. */
  readonly rootId: Uuid;
  readonly queue: QueueName;
  readonly lane: Lane;
  readonly appId?: Uuid;
  /** Whose turn and whose standstill it is: the credential it sends with, or in events the endpoint it goes to. */
  readonly credentialId?: Uuid;
  readonly items: readonly unknown[];
  /** Milliseconds until it is due; now unless told. */
  readonly delay?: number;
  /** The token of the lease that it is made with, where this process begins it at once: hand-on.ts. It has no job then. */
  readonly lease?: Uuid;
}

/** What a job needs to know to be published; never the items. */
export interface Offer {
  readonly id: Uuid;
  readonly offer: number;
  readonly queue: QueueName;
  readonly lane: Lane;
  readonly appId: Uuid | null;
  readonly count: number;
  /** Milliseconds until the work is due; 0 for now. */
  readonly delay: number;
  /** Somebody had begun it and did not end it: it goes ahead of what waits in its queue. */
  readonly interrupted?: boolean;
  /** Milliseconds for which it has been due; told by the offer loop. */
  readonly late?: number;
}

/** One job for each offer of a row: a job that ended does not stand in the way of the next one. */
export function jobIdOf(work: Uuid, offer: number): string {
  return `${work}_${offer}`;
}

/** A work row that this process has leased. */
export interface LeasedWork<Item = unknown> {
  readonly id: Uuid;
  readonly rootId: Uuid;
  readonly queue: QueueName;
  readonly lane: Lane;
  readonly appId: Uuid | null;
  readonly credentialId: Uuid | null;
  readonly items: readonly Item[];
  readonly claims: number;
  /** Milliseconds for which it had been due when it was leased. */
  readonly lateMs: number;
  readonly token: Uuid;
}

/** Items of one work row at most; the accept batch and the flush batch are smaller. */
export const MAX_ITEMS = 500;

/** Seconds a lease lasts unless renewed. */
export const LEASE_SECONDS = 15;

/** Milliseconds for which work is fresh: it waits neither behind what was handed back before nor for the pace of a backlog. */
export const FRESH_MS = 10_000;

/** Seconds after which accepted work is offered again if its first job was never seen. */
export const FIRST_OFFER_SECONDS = 10;

/**
 * Milliseconds. What is due later than that has no job until its time comes, when the offer loop makes one: a Redis need not keep
 * for a year what Postgres keeps.
 */
export const LONGEST_JOB_DELAY_MS = 3_600_000;

/** Milliseconds until the offer loop looks at a new row that is due after `delay`. */
export function firstLookAfter(delay: number): number {
  return delay > LONGEST_JOB_DELAY_MS ? delay : delay + FIRST_OFFER_SECONDS * 1_000;
}

/** Claims without progress after which a work row is thought to crash its workers. */
export const MAX_CLAIMS = 5;

/** A half starts with claims behind it: it belongs to a row that is already under suspicion. */
export const CLAIMS_OF_A_HALF = 3;
