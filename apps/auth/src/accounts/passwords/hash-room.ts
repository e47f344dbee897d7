import { Semaphore } from '@signalbox/resilience';

/** Too many passwords are being hashed at this moment: nothing was tried, and the same may be asked again. */
export class HashRoomFull extends Error {
  override readonly name = 'HashRoomFull';

  constructor(readonly retryAfterSeconds: number) {
    super('too many passwords are being hashed at this moment');
  }
}

/** Seconds within which those who were turned away come back, not all at once. */
const COME_BACK_WITHIN = 5;

export interface HashRoomSize {
  /** Hashes at once; each holds its memory and a core. */
  readonly slots: number;
  /** That may wait for a slot. They hold little memory, but who waits too long has gone. */
  readonly waiting: number;
}

/**
 * Keeps password hashing from taking the whole machine: each hash costs 19 MiB and a core for milliseconds, and whoever may
 * send requests may ask for one.
 */
export class HashRoom {
  private inside = 0;
  private readonly semaphore: Semaphore;

  constructor(private readonly size: HashRoomSize) {
    this.semaphore = new Semaphore(size.slots);
  }

  /** @throws HashRoomFull */
  async use<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.inside >= this.size.slots + this.size.waiting) {
      throw new HashRoomFull(Math.ceil(Math.random() * COME_BACK_WITHIN));
    }
    this.inside += 1;
    try {
      return await this.semaphore.use(work);
    } finally {
      this.inside -= 1;
    }
  }
}
