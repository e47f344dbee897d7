import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { Chore } from '@signalbox/resilience';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { type Bucket, draw, FULL, shareOf, type Usual } from './bucket.js';
import { COUNT_HOUR, LOCK_GUARDS, MAKE_GUARDS, SAVE_GUARDS } from './deletion-guard.queries.js';
import { type GuardedCredential, SentCounts } from './sent-counts.js';

/** What one credential's answers brought in one transaction. */
export interface Answers extends GuardedCredential {
  readonly sent: number;
  /** Devices that the answers want deleted. */
  readonly deletions: number;
}

/** What the guards decided. */
export interface Admission {
  /** How many deletions each credential may do now. */
  readonly allowed: ReadonlyMap<Uuid, number>;
  /** Guards that tripped; to be announced after the commit. */
  readonly tripped: readonly GuardedCredential[];
}

const FOLD_EVERY_MS = 60_000;

/**
 * Decides how many devices the answers of a credential may delete, exactly over all processes: a bucket per credential,
 * in Postgres, taken from under its row lock in the transaction that deletes. The rule is in bucket.ts.
 */
export class DeletionGuards {
  private readonly counts = new SentCounts();
  private readonly trips;
  private readonly folding = new Chore(FOLD_EVERY_MS, () => this.fold());

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.trips = metrics.counter(
      'deletion_guard_trips_total',
      'Credentials whose answers would have deleted more devices than usual',
      ['provider'],
    );
  }

  /** Tells the guards once a minute what was sent, so that they know what is usual also when nothing is deleted. */
  start(): void {
    this.folding.start();
  }

  async stop(): Promise<void> {
    await this.folding.stop();
    await this.fold();
  }

  /** Remembers, in memory, that messages were sent. */
  countSent(credential: GuardedCredential, sent: number): void {
    this.counts.add(credential, sent);
  }

  /** Takes deletions out of the buckets inside the caller's transaction, which has locked the devices they are about. */
  async admit(tx: Sql, answers: readonly Answers[]): Promise<Admission> {
    const wanting = answers.filter((each) => each.deletions > 0);
    await tx.query(MAKE_GUARDS, [
      wanting.map((each) => each.credentialId),
      wanting.map((each) => each.appId),
      wanting.map((each) => each.provider),
      FULL,
    ]);
    return this.draw(
      tx,
      answers.map((each) => ({ ...each, sent: each.sent + this.counts.take(each.credentialId) })),
    );
  }

  /** For people: that a guard tripped is logged and counted by the one process that found its bucket empty. */
  announce(tripped: readonly GuardedCredential[]): void {
    for (const { credentialId, appId, provider } of tripped) {
      this.trips.inc({ provider });
      this.logger.warn(
        { credential: formatId('credential', credentialId), app: formatId('app', appId), provider },
        'more devices were called gone than usual: from here on they are suspect instead of deleted, until an operator decides',
      );
    }
  }

  /** Writes what was sent since the last time. */
  private async fold(): Promise<void> {
    const sent = this.counts.takeAll().map((each) => ({ ...each, deletions: 0 }));
    if (sent.length === 0) return;
    try {
      await this.database.transaction((tx) => this.draw(tx, sent));
    } catch (error) {
      this.logger.warn({ err: error }, 'what was sent could not be told to the deletion guards; it does not count');
    }
  }

  private async draw(tx: Sql, answers: readonly Answers[]): Promise<Admission> {
    const { rows } = await tx.query<GuardRow>(LOCK_GUARDS, [answers.map((each) => each.credentialId)]);
    const answersOf = new Map(answers.map((each) => [each.credentialId, each]));
    const draws = rows.map((row) => {
      const credential = answersOf.get(row.id)!;
      return { credential, open: row.open, ...draw(row, credential, shareOf(row)) };
    });
    await tx.query(SAVE_GUARDS, [
      draws.map((each) => each.credential.credentialId),
      draws.map((each) => each.allowance),
      draws.map((each) => each.trips),
    ]);
    const deleted = new Map(draws.map((each) => [each.credential.credentialId, each.open ? 0 : each.allowed]));
    await tx.query(COUNT_HOUR, [
      answers.map((each) => each.credentialId),
      answers.map((each) => each.sent),
      answers.map((each) => deleted.get(each.credentialId) ?? 0),
    ]);
    const tripped = draws.filter((each) => each.trips).map((each) => each.credential);
    await append(tx, tripped.map(trippedFact));
    return { allowed: new Map(draws.map((each) => [each.credential.credentialId, each.allowed])), tripped };
  }
}

/** A guard with the seven days before it. */
interface GuardRow extends Bucket, Usual {
  readonly id: Uuid;
}

function trippedFact({ credentialId, appId, provider }: GuardedCredential) {
  const id = formatId('credential', credentialId);
  return { appId, type: 'deletion_guard.tripped' as const, subject: id, data: { credentialId: id, provider } };
}
