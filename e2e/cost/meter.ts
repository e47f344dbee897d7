import type { Database } from '@signalbox/database';
import {
  countStatements,
  eventually,
  followRedis,
  type RedisCommand,
  type RedisFollower,
  followRows,
  type RowChange,
  type StatementCounter,
} from '@signalbox/testing';
import { type Jobs, jobsOf } from './jobs.js';
import { askedOnTheWay, changedByTheClock, ENDS_STARTING } from './statements.js';

/** What the notifications of a while cost. */
export interface Cost {
  /** Rows that were written, by what was done to which table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Commits that wrote any. */
  readonly commits: number;
  /** Commits that wrote deliveries. */
  readonly records: number;
  readonly statements: Readonly<Record<string, number>>;
  readonly jobs: Jobs;
}

/**
 * Rows that are written by the clock, however many notifications there are: cursors of the feed's readers, hours of deletion guards, the
 * last requests of keys, and what charts are drawn from.
 */
const AT_REST: readonly string[] = [
  'consumer',
  'deletion_guard',
  'deletion_guard_hour',
  'api_key_trail',
  'push_figure',
];

/** Counts what is done in Postgres and Redis from one moment to another. */
export class Meter {
  private changes: RowChange[] = [];
  private commands: RedisCommand[] = [];
  /** Work rows, and jobs, that there are. */
  private readonly open = { rows: 0, jobs: 0 };

  private constructor(
    private readonly nextChanges: () => Promise<RowChange[]>,
    private readonly counter: StatementCounter,
    private readonly redis: RedisFollower,
  ) {}

  /** @param database that nothing writes to yet. */
  static async open(database: Database, redisUrl: string): Promise<Meter> {
    return new Meter(await followRows(database), await countStatements(database), await followRedis(redisUrl));
  }

  /** Resolves when so many processes have done what they do when they start, beside what is asked of them. */
  async untilStarted(processes: number): Promise<void> {
    await eventually(
      async () => {
        const statements = await this.counter.statements();
        return statements.find(({ text }) => ENDS_STARTING.test(text))?.calls === processes;
      },
      { within: 15_000 },
    );
  }

  /** From here on. */
  async begin(): Promise<void> {
    await this.look();
    this.changes = [];
    this.commands = [];
    await this.counter.forget();
  }

  /** Up to when nothing is left to be done. */
  untilDone(): Promise<Cost> {
    return this.until(() => this.open.rows === 0 && this.open.jobs === 0);
  }

  /** Up to when there is a job for each work row, and nobody has taken it. */
  untilQueued(): Promise<Cost> {
    return this.until(() => this.open.rows > 0 && this.open.rows === this.open.jobs);
  }

  close(): Promise<void> {
    return this.redis.close();
  }

  private async until(isSo: () => boolean): Promise<Cost> {
    await eventually(
      async () => {
        await this.look();
        return isSo();
      },
      { within: 15_000 },
    );
    return this.cost();
  }

  private async look(): Promise<void> {
    const changes = await this.nextChanges();
    const commands = await this.redis.next();
    this.changes.push(...changes);
    this.commands.push(...commands);
    const { added, completed } = jobsOf(commands);
    this.open.jobs += added - completed;
    for (const { change, rows } of changes.filter(({ table }) => table === 'push_work'))
      this.open.rows += change === 'insert' ? rows : change === 'delete' ? -rows : 0;
  }

  private async cost(): Promise<Cost> {
    // A statement counts before its transaction commits: those of the changes that were seen are all there.
    const statements = await this.counter.statements();
    const changes = this.changes.filter(({ table }) => !AT_REST.includes(table));
    const rows: Record<string, number> = {};
    for (const each of changes) {
      const what = `${each.change} ${each.table}`;
      rows[what] = (rows[what] ?? 0) + each.rows;
    }
    const byTheClock = changedByTheClock(statements);
    if (byTheClock.rows > 0) rows['update push_work'] = (rows['update push_work'] ?? 0) - byTheClock.rows;
    const commits = (of: readonly RowChange[]): number => new Set(of.map(({ transaction }) => transaction)).size;
    return {
      rows,
      commits: commits(changes) - byTheClock.commits,
      records: commits(changes.filter(({ table }) => table === 'delivery')),
      statements: askedOnTheWay(statements),
      jobs: jobsOf(this.commands),
    };
  }
}
