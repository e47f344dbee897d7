import type { Cap, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { LOCK_METERS, WRITE_METERS } from './judge.queries.js';
import { admit, type Use } from './uses.js';

/** What a cap counts: one user or phone, in one category. */
export interface MeterName {
  readonly appId: Uuid;
  readonly subject: string;
  readonly category: string;
}

/** One meter and the caps that it must stay within. */
export interface Capped extends MeterName {
  readonly caps: readonly Cap[];
}

/** The cap that is in the way, of which meter, and when it would let the notification through. */
export interface CapReached {
  readonly meter: string;
  readonly cap: Cap;
  readonly passesFrom: number;
}

interface Meter extends MeterName {
  uses: readonly Use[];
}

/** Everybody's locks at once, or none of them: taken in one order, kept until the transaction ends. */
export class Meters {
  private readonly changed = new Map<string, { readonly meter: Meter; readonly caps: readonly Cap[] }>();

  private constructor(private readonly meters: ReadonlyMap<string, Meter>) {}

  static async lock(tx: Sql, wanted: readonly MeterName[]): Promise<Meters> {
    const names = [...new Map(wanted.map((each) => [keyOf(each), each])).values()];
    if (names.length === 0) return new Meters(new Map());
    const { rows } = await tx.query<Meter>(LOCK_METERS, columnsOf(names));
    return new Meters(new Map(rows.map((row) => [keyOf(row), row])));
  }

  /**
   * Counts a notification on all of these meters, or on none when one of them is full. The same notification counts once,
   * however often it comes.
   *
   * @returns what is in the way, if anything.
   */
  count(notification: Uuid, capped: readonly Capped[], now: number): CapReached | undefined {
    const admissions = capped.map((each) => {
      const meter = this.meters.get(keyOf(each))!;
      return { each, meter, admission: admit(meter.uses, each.caps, notification, now) };
    });
    for (const { each, admission } of admissions) {
      if (!admission.admitted) return { meter: each.category, cap: admission.cap, passesFrom: admission.passesFrom };
    }
    for (const { each, meter, admission } of admissions) {
      if (!admission.admitted || admission.uses === meter.uses) continue;
      meter.uses = admission.uses;
      this.changed.set(keyOf(each), { meter, caps: each.caps });
    }
    return undefined;
  }

  async write(tx: Sql): Promise<void> {
    if (this.changed.size === 0) return;
    const changed = [...this.changed.values()];
    await tx.query(WRITE_METERS, [
      ...columnsOf(changed.map(({ meter }) => meter)),
      changed.map(({ meter }) => JSON.stringify(meter.uses)),
      changed.map(({ meter, caps }) => idleAt(meter.uses, caps)),
    ]);
  }
}

function idleAt(uses: readonly Use[], caps: readonly Cap[]): Date {
  return new Date(uses.at(-1)![1] + Math.max(...caps.map((cap) => cap.perSeconds)) * 1_000);
}

function columnsOf(names: readonly MeterName[]): [Uuid[], string[], string[]] {
  return [names.map((each) => each.appId), names.map((each) => each.subject), names.map((each) => each.category)];
}

function keyOf({ appId, subject, category }: MeterName): string {
  return `${appId}/${category}/${subject}`;
}
