import type { Sql } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger, type Metrics } from '@signalbox/telemetry';
import { FeedFigures } from './feed-figures.js';
import { namesOf, type Revocable, type Revocation } from './revocation.js';
import { RevocationList } from './revocation-list.js';
import { anyRevocation, anyRevocationSince, readRevocations } from './revocation.queries.js';

/** Milliseconds without news after which nobody can say that all is known. */
const STALE_AFTER = 3_000;
/** A stream that was silent this long, in milliseconds, is helped out by the database: heartbeats come each second. */
const QUIET_AFTER = 1_500;
const EVERY = 1_000;

export interface FeedOptions {
  readonly sql: Sql;
  /** Whether a stream brings news; without one the database is asked each second. */
  readonly hasStream: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * What this process knows of revocations. Postgres has them all and is read at the start, after every gap, and each second while
 * no stream brings news. A reading goes on from the oldest transaction that had not ended at the one before, so whatever commits
 * late is read all the same.
 */
export class RevocationFeed {
  private readonly list = new RevocationList();
  private readonly figures: FeedFigures;
  private readonly ticks = new Chore(EVERY, () => this.tick());
  private horizon = '0';
  private reading: Promise<boolean> | undefined;
  private readAgain = false;
  /** On the monotonic clock: all that was committed by then is known. */
  private knownUntil = -Infinity;
  private readonly onTrouble = atMostOnceAMinute((error: unknown, keptBack) =>
    this.options.logger.warn({ err: error, keptBack }, 'revocations could not be read; asking again in a second'),
  );

  constructor(private readonly options: FeedOptions) {
    this.figures = new FeedFigures(options.metrics);
  }

  /** Resolves when all is known, or the database did not answer. */
  async start(): Promise<void> {
    await this.catchUp();
    this.ticks.start();
  }

  async stop(): Promise<void> {
    await this.ticks.stop();
    await this.reading;
  }

  /** Reads what is new, and answers whether it could. Callers during a reading share the one that follows it. */
  readOn(): Promise<boolean> {
    if (this.reading !== undefined) {
      this.readAgain = true;
      return this.reading;
    }
    this.reading = this.readUntilCalm().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  /** Reads everything, since after a gap nothing is taken for known. Answers whether it could. */
  catchUp(): Promise<boolean> {
    this.horizon = '0';
    return this.readOn();
  }

  /**
   * What a stream said.
   *
   * @param age milliseconds since the one who said it knew all; undefined when he did not say so.
   */
  heard(entries: readonly Revocation[], age: number | undefined): void {
    for (const entry of entries) if (this.list.add(entry)) this.figures.heard(entry.writtenAt);
    if (age !== undefined) this.knownUntil = Math.max(this.knownUntil, performance.now() - Math.max(0, age));
  }

  isFresh(): boolean {
    return performance.now() - this.knownUntil <= STALE_AFTER;
  }

  /** In memory. */
  isRevoked(token: Revocable): boolean {
    return this.list.has(token);
  }

  /** Asks the database itself. @throws when it does not answer. */
  async isRevokedNow(token: Revocable): Promise<boolean> {
    try {
      const revoked = await anyRevocation(this.options.sql, namesOf(token), token.issuedAt);
      this.figures.checked(revoked ? 'revoked' : 'alive');
      return revoked;
    } catch (error) {
      this.figures.checked('unknown');
      throw error;
    }
  }

  private async tick(): Promise<void> {
    this.list.prune(Date.now());
    const age = performance.now() - this.knownUntil;
    this.figures.sample(age, this.list.size);
    if (!this.options.hasStream || age > QUIET_AFTER) await this.look();
  }

  /** Mostly nothing has happened, which is known as well as after a reading, and asked together with whatever else is. */
  private async look(): Promise<void> {
    const askedAt = performance.now();
    try {
      if (this.horizon === '0' || (await anyRevocationSince(this.options.sql, this.horizon))) await this.readOn();
      else this.heard([], performance.now() - askedAt);
    } catch (error) {
      this.onTrouble(error);
    }
  }

  private async readUntilCalm(): Promise<boolean> {
    try {
      do await this.read();
      while (this.takeReadAgain());
      return true;
    } catch (error) {
      this.onTrouble(error);
      return false;
    }
  }

  private takeReadAgain(): boolean {
    const again = this.readAgain;
    this.readAgain = false;
    return again;
  }

  private async read(): Promise<void> {
    const askedAt = performance.now();
    const from = this.horizon;
    const { horizon, entries } = await readRevocations(this.options.sql, from);
    this.heard(entries, performance.now() - askedAt);
    // Another server, or this one restored from a dump: its transactions are counted anew.
    const isRewound = BigInt(horizon) < BigInt(from);
    // Somebody asked meanwhile that everything be read.
    if (this.horizon === from) this.horizon = isRewound ? '0' : horizon;
    if (this.horizon === '0') this.readAgain = true;
  }
}
