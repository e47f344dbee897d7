import { REMEMBERED_REQUESTS } from '@signalbox/contracts';
import type { Answered } from './answered.js';

/** The last ones that were put in, whatever their number. */
class Ring {
  private places: Answered[] = [];
  private next = 0;

  put(each: Answered): void {
    this.places[this.next] = each;
    this.next = (this.next + 1) % REMEMBERED_REQUESTS;
  }

  /** Oldest first. */
  all(): Answered[] {
    return [...this.places.slice(this.next), ...this.places.slice(0, this.next)];
  }
}

/** The requests of one key in a short while: their number, and a hundred of them. Those that failed go first, then the newest. */
export class KeyRing {
  private readonly failed = new Ring();
  private readonly well = new Ring();
  private count = 0;

  put(each: Answered): void {
    this.count += 1;
    (each.status < 400 ? this.well : this.failed).put(each);
  }

  get seen(): number {
    return this.count;
  }

  /** At most a hundred, in the order of their answers. */
  kept(): Answered[] {
    const failed = this.failed.all();
    const room = REMEMBERED_REQUESTS - failed.length;
    const well = room === 0 ? [] : this.well.all().slice(-room);
    return [...failed, ...well].sort((a, b) => a.at - b.at);
  }
}
