import type { Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { atBeat, Chore } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger, THIS_PROCESS } from '@signalbox/telemetry';
import type { Flags, FlagStance } from './flags.js';
import { DROP_STANCES, LOCK_STANCES, WRITE_STANCES } from './flag-stance.queries.js';

/** While something is off it is said again this often. Milliseconds. */
const SAY_AGAIN_MS = 10_000;
/** What could not be said is tried again after this long: others go by what Postgres has meanwhile. Milliseconds. */
const TRY_AGAIN_MS = 1_000;
/** What a process says counts for so long after it has said it last: longer than its successor takes to start. Seconds. */
const COUNTS_FOR = 120;
/** Of one that stops in order. Seconds. */
const COUNTS_FOR_AT_END = 30;

/** A flag that a process turned on again, and since when it had been off. */
export interface TurnedOn {
  readonly flag: string;
  readonly since: Date;
}

interface FlagBookParts {
  readonly database: Database;
  readonly flags: Flags;
  readonly logger: Logger;
  /** What follows from what all processes say, in the same transaction. */
  readonly follow: (tx: Sql, turnedOn: readonly TurnedOn[]) => Promise<void>;
}

/**
 * Keeps in Postgres what this process's sources turn off, for all processes to go by and for people to see. What one says holds for all: files differ
 * while they are rolled out, and a message that is sent cannot be taken back. Where nothing is off nothing is written.
 */
export class FlagBook {
  private readonly saying = new Chore(SAY_AGAIN_MS, () => this.sayAgain());
  private hasSaid = false;
  private cancelRetry: (() => void) | undefined;
  private readonly warn;

  constructor(private readonly parts: FlagBookParts) {
    this.warn = atMostOnceAMinute((error: unknown, keptBack) =>
      parts.logger.error({ err: error, keptBack }, 'what flags say was not written; trying again'),
    );
  }

  /**
   * Resolves once what is off is off everywhere, unless the database does not answer just now: others hear of it when it does, and this
   * process goes by its own flags in any case.
   */
  async start(): Promise<void> {
    await this.sayAgain();
    this.parts.flags.onChange(() => this.saying.soon());
    this.saying.startLater();
  }

  /** What was said counts for a moment more, in which a successor says it. */
  async stop(): Promise<void> {
    await this.saying.stop();
    this.cancelRetry?.();
    if (this.hasSaid) await this.say(this.parts.flags.off, COUNTS_FOR_AT_END).catch(this.warn);
  }

  private async sayAgain(): Promise<void> {
    try {
      await this.say(this.parts.flags.off, COUNTS_FOR);
    } catch (error) {
      this.warn(error);
      this.cancelRetry?.();
      this.cancelRetry = atBeat(TRY_AGAIN_MS, () => this.saying.soon());
    }
  }

  private async say(stances: readonly FlagStance[], countsFor: number): Promise<void> {
    if (stances.length === 0 && !this.hasSaid) return;
    // Before it is known: a commit whose answer is lost may have been one.
    this.hasSaid = true;
    const said = JSON.stringify(stances.map(rowOf));
    await this.parts.database.transaction(async (tx) => {
      await tx.query(LOCK_STANCES);
      const { rows } = await tx.query<TurnedOn>(DROP_STANCES, [THIS_PROCESS, said]);
      await tx.query(WRITE_STANCES, [THIS_PROCESS, said, countsFor]);
      await this.parts.follow(tx, rows);
    });
    this.hasSaid = stances.length > 0;
  }
}

function rowOf({ flag, source, isOn, reason, apps }: FlagStance) {
  const ofApps = [...apps].map(([app, said]): [Uuid, object] => [app, { on: said.isOn, reason: said.reason ?? null }]);
  return { flag, source, isOn, reason: reason ?? null, apps: Object.fromEntries(ofApps) };
}
