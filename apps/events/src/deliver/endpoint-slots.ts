import type { Uuid } from '@signalbox/contracts';
import { Semaphore } from '@signalbox/resilience';

/** Work rows of one endpoint that this process has in hand at once, and posts to it whose outcome is not recorded yet. */
const ROWS = 4;
const POSTS = 8;

interface Slots {
  rows: number;
  readonly posts: Semaphore;
  /** On the monotonic clock: what is in hand is not posted before. */
  stoppedUntil: number | undefined;
}

/**
 * The bulkhead of each endpoint: however long it takes to answer, it holds this much of a process and no more. It also
 * carries the word from one work row to the others in hand that the endpoint's breaker has opened.
 */
export class EndpointSlots {
  private readonly slots = new Map<Uuid, Slots>();

  /** Takes a work row in hand. False: too many already; hand it back, it burns nothing. */
  enter(endpoint: Uuid): boolean {
    const slots = this.slots.get(endpoint) ?? { rows: 0, posts: new Semaphore(POSTS), stoppedUntil: undefined };
    if (slots.rows >= ROWS) return false;
    slots.rows += 1;
    this.slots.set(endpoint, slots);
    return true;
  }

  leave(endpoint: Uuid): void {
    const slots = this.slots.get(endpoint);
    if (slots === undefined) return;
    slots.rows -= 1;
    if (slots.rows === 0) this.slots.delete(endpoint);
  }

  /** Runs one post of a row in hand when its turn comes, and holds its slot until the outcome is recorded. */
  post<Result>(endpoint: Uuid, work: () => Promise<Result>): Promise<Result> {
    return this.inHand(endpoint).posts.use(work);
  }

  /** The recorder's last word on the endpoint: nothing for so many milliseconds, or undefined to go on. */
  heard(endpoint: Uuid, stopFor: number | undefined): void {
    this.inHand(endpoint).stoppedUntil = stopFor === undefined ? undefined : performance.now() + stopFor;
  }

  /** Milliseconds for which nothing is to be posted; undefined: go on. */
  stoppedFor(endpoint: Uuid): number | undefined {
    const { stoppedUntil } = this.inHand(endpoint);
    return stoppedUntil === undefined ? undefined : Math.max(0, stoppedUntil - performance.now());
  }

  private inHand(endpoint: Uuid): Slots {
    const slots = this.slots.get(endpoint);
    if (slots === undefined) throw new TypeError('posts belong to a work row in hand');
    return slots;
  }
}
