import type { Uuid } from '@signalbox/contracts';

/** How often bulk messages go out, together: a hundred at once cost half of what they cost one by one. Milliseconds. */
const PERIOD_MS = 200;
/** So long after the last transactional work somebody counts as waiting. Milliseconds. */
const ABOUT_MS = 10_000;
/** What share of its time a process may be busy while somebody waits. */
const BUSY = 0.4;

/** Messages in one period; never fewer than the least, else a machine that is too small would never end. */
const AT_ONCE = { first: 50, least: 20, most: 4_000 };
/** By how much that changes from one period to the next, at most. */
const CHANGE = { slower: 0.6, faster: 1.1 };

/** Calls back now and then until it is told to end. */
export type Every = (ms: number, look: () => void) => { end(): void };

/**
 * Lets bulk messages of one process out in portions that leave its event loop free for what somebody waits for: while transactional
 * work comes through it, as many as keep it busy for no more than a share of its time, and without it as many as there are. The loop is
 * busy also while others have the processor, so this looks at the whole machine.
 */
export class Courtesy {
  private atOnce = AT_ONCE.first;
  /** How many may still go out in this period. */
  private left = 0;
  /** Whether somebody had to wait for the next period. */
  private wasShort = false;
  private lastOther = -Infinity;
  private looking: { end(): void } | undefined;
  /** Who waits, by credential: these take turns, so that the many of one do not stand before the few of another. */
  private readonly waiting = new Map<Uuid, (() => void)[]>();

  /** `busySince`: the share of its time that the loop was busy since the last call. */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly busySince: () => number = busyShare(),
    private readonly every: Every = onInterval,
  ) {}

  /** Work that somebody waits for comes through this process. */
  othersAreAbout(): void {
    this.lastOther = this.now();
  }

  /** Resolves when a bulk message of this credential may go out. */
  async turn(credential: Uuid): Promise<void> {
    if (this.waiting.size === 0) {
      if (this.isAlone()) return;
      if (this.left >= 1) {
        this.left -= 1;
        return;
      }
    }
    await new Promise<void>((resolve) => {
      const mine = this.waiting.get(credential);
      if (mine) mine.push(resolve);
      else this.waiting.set(credential, [resolve]);
      this.begin();
    });
  }

  private isAlone(): boolean {
    return this.now() - this.lastOther > ABOUT_MS;
  }

  private begin(): void {
    if (this.looking) return;
    this.busySince();
    this.looking = this.every(PERIOD_MS, () => this.look());
  }

  private look(): void {
    const change = Math.max(CHANGE.slower, Math.min(CHANGE.faster, BUSY / this.busySince()));
    // Where it was enough, nothing is known about how much would be too much.
    if (change < 1 || this.wasShort) this.atOnce = within(AT_ONCE, this.atOnce * change);
    this.left = this.atOnce;
    for (const alone = this.isAlone(); this.waiting.size > 0 && (alone || this.left >= 1); this.left -= 1)
      this.nextInTurn()();
    this.wasShort = this.waiting.size > 0;
    if (this.wasShort) return;
    this.looking?.end();
    this.looking = undefined;
  }

  private nextInTurn(): () => void {
    const [credential, mine] = this.waiting.entries().next().value!;
    const next = mine.shift()!;
    this.waiting.delete(credential);
    if (mine.length > 0) this.waiting.set(credential, mine);
    return next;
  }
}

function within({ least, most }: typeof AT_ONCE, count: number): number {
  return Math.max(least, Math.min(most, count));
}

function busyShare(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}

function onInterval(ms: number, look: () => void): { end(): void } {
  const timer = setInterval(look, ms);
  return { end: () => clearInterval(timer) };
}
