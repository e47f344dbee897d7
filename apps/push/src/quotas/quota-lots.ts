import type { Quotas, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { atBeat } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { type Lot, Purse, type Refusal } from './purse.js';
import { GIVE_BACK, TAKE_LOT } from './quota.queries.js';

/** A lot is this share of a quota, and at most so many: what a process that is killed takes with it was counted and not sent. */
const LOT = { share: 0.01, most: 500 };
/** What nobody has asked for in so many milliseconds goes back. */
const IDLE_MS = 5_000;
/** Milliseconds in which a quota that was used up is not asked for again: it may have been raised, or others gave something back. */
const EMPTY_MS = 1_000;
/** A lot is of a day by Postgres' clock, which may be as much before ours or behind it. */
const CLOCKS_MS = 2_000;
/** "Without end", for Postgres. */
const ENDLESS = 1e15;

interface Granted extends Pick<Lot, 'day' | 'month'> {
  readonly granted: number;
  readonly taken: number;
}

/**
 * Takes from the quotas of apps, in lots: the row of an app says what was given out, durably and before anything is accepted for it, so a
 * quota is never exceeded, by however many processes; and a notification costs a subtraction. A lot that is not used goes back.
 */
export class QuotaLots {
  private readonly purses = new Map<Uuid, Purse>();
  private cancelNext: (() => void) | undefined;
  private readonly warn;

  constructor(
    private readonly sql: Sql,
    logger: Logger,
    private readonly now: () => number = Date.now,
  ) {
    this.warn = atMostOnceAMinute((error: unknown, keptBack) =>
      logger.warn({ err: error, keptBack }, 'what is left of a quota could not be given back; it counts as used'),
    );
  }

  /**
   * Takes one.
   *
   * @returns true when there was one at hand, which is nearly always; else what will have come of it: nothing, or that none was left.
   * @throws DatabaseUnreachable, in what it returns.
   */
  take(appId: Uuid, quotas: Quotas): true | Promise<Refusal | undefined> {
    const purse = this.purseOf(appId, quotas);
    purse.usedAt = performance.now();
    if (this.spend(purse)) {
      if (purse.left < lotOf(quotas) / 4) this.fill(appId, purse).catch(() => undefined);
      return true;
    }
    return this.wait(appId, purse);
  }

  /** The day of what is taken now, by the clocks of which none is far off. */
  get today(): string {
    return dayOf(this.now() - CLOCKS_MS);
  }

  /** What was taken on `day` was for what had been accepted before, or was not accepted. Of a day that is over it stays counted. */
  putBack(appId: Uuid, day: string): void {
    const purse = this.purses.get(appId);
    if (purse?.lot === undefined || purse.lot.day > day || this.today > day) return;
    purse.left += 1;
    this.lookLater();
  }

  /** Gives everything back. Resolves when the database has it, or was given up. */
  async stop(): Promise<void> {
    this.cancelNext?.();
    const filling = [...this.purses.values()].flatMap((purse) => purse.filling ?? []);
    await Promise.allSettled(filling);
    await this.giveBack(Infinity);
    this.cancelNext?.();
  }

  private purseOf(appId: Uuid, quotas: Quotas): Purse {
    const known = this.purses.get(appId) ?? new Purse(quotas);
    this.purses.set(appId, known);
    known.quotas = quotas;
    return known;
  }

  private spend(purse: Purse): boolean {
    const { left, lot, quotas } = purse;
    // A lot is of its day, yesterday's says nothing of today; and of its quotas: by others it might be too much.
    if (left < 1 || lot === undefined || lot.day < this.today || !areSame(lot.quotas, quotas)) return false;
    purse.left -= 1;
    return true;
  }

  private async wait(appId: Uuid, purse: Purse): Promise<Refusal | undefined> {
    purse.waiting += 1;
    try {
      for (;;) {
        const refusal = this.refusalOf(purse);
        if (refusal !== undefined) return refusal;
        await this.fill(appId, purse);
        if (this.spend(purse)) return undefined;
      }
    } finally {
      purse.waiting -= 1;
    }
  }

  /** That there was nothing, as long as it may still be so. */
  private refusalOf({ empty, quotas }: Purse): Refusal | undefined {
    if (empty === undefined || performance.now() >= empty.until || empty.today !== dayOf(this.now())) return undefined;
    return areSame(empty.refusal.quotas, quotas) ? empty.refusal : undefined;
  }

  private fill(appId: Uuid, purse: Purse): Promise<void> {
    if (this.refusalOf(purse) !== undefined) return Promise.resolve();
    purse.filling ??= this.takeLot(appId, purse).finally(() => (purse.filling = undefined));
    return purse.filling;
  }

  private async takeLot(appId: Uuid, purse: Purse): Promise<void> {
    const { quotas } = purse;
    // Before it is asked what is left by the new ones.
    if (purse.lot !== undefined && !areSame(purse.lot.quotas, quotas)) await this.giveBackOf(appId, purse);
    const wanted = Math.max(lotOf(quotas), purse.waiting);
    const { notificationsPerDay = ENDLESS, notificationsPerMonth = ENDLESS } = quotas;
    const asked = [appId, wanted, notificationsPerDay, notificationsPerMonth];
    const { rows } = await this.sql.query<Granted>(TAKE_LOT, asked);
    const { granted, day, month, taken } = rows[0]!;
    const lot = { day, month, quotas };
    if (purse.lot !== undefined && purse.lot.day !== day) await this.giveBackOf(appId, purse);
    purse.lot = lot;
    purse.left += granted;
    if (granted === 0) {
      const refusal = { ...lot, met: taken >= notificationsPerMonth ? ('month' as const) : ('day' as const) };
      purse.empty = { refusal, until: performance.now() + EMPTY_MS, today: dayOf(this.now()) };
    }
    this.lookLater();
  }

  private lookLater(): void {
    this.cancelNext ??= atBeat(IDLE_MS, () => {
      this.cancelNext = undefined;
      void this.giveBack(performance.now() - IDLE_MS);
    });
  }

  private async giveBack(usedBefore: number): Promise<void> {
    for (const [appId, purse] of this.purses) {
      if (purse.usedAt > usedBefore) continue;
      if (purse.filling === undefined && purse.waiting === 0) {
        this.purses.delete(appId);
        await this.giveBackOf(appId, purse);
      }
    }
    if (this.purses.size > 0 && usedBefore !== Infinity) this.lookLater();
  }

  private async giveBackOf(appId: Uuid, purse: Purse): Promise<void> {
    const { left, lot } = purse;
    purse.left = 0;
    if (left === 0 || lot === undefined) return;
    try {
      await this.sql.query(GIVE_BACK, [appId, lot.month, lot.day, left]);
    } catch (error) {
      this.warn(error);
    }
  }
}

function lotOf({ notificationsPerDay = ENDLESS, notificationsPerMonth = ENDLESS }: Quotas): number {
  return Math.ceil(Math.min(LOT.most, LOT.share * Math.min(notificationsPerDay, notificationsPerMonth)));
}

function areSame(one: Quotas, another: Quotas): boolean {
  if (one === another) return true;
  return (
    one.notificationsPerDay === another.notificationsPerDay &&
    one.notificationsPerMonth === another.notificationsPerMonth
  );
}

function dayOf(now: number): string {
  return new Date(now).toISOString().slice(0, 10);
}
