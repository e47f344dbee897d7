import type { Uuid } from '@signalbox/contracts';

/** The request was not sent. */
interface Unsent {
  readonly kind: 'unsent';
  readonly code: string;
}

/**
 * The requests of one transport that have no answer yet. One per id at a time, since the id is what a phone tells a
 * duplicate by, and none any more once it is closed.
 */
export class UnderWay {
  private readonly ids = new Set<Uuid>();
  private readonly empty = Promise.withResolvers<void>();
  private isClosed = false;

  get isIdle(): boolean {
    return this.ids.size === 0;
  }

  /** Whoever gets no refusal may send, and has to `end` it. */
  begin(id: Uuid): Unsent | undefined {
    if (this.isClosed) return { kind: 'unsent', code: 'CLOSED' };
    if (this.ids.has(id)) return { kind: 'unsent', code: 'UNDER_WAY' };
    this.ids.add(id);
    return undefined;
  }

  end(id: Uuid): void {
    this.ids.delete(id);
    this.tellWhenDone();
  }

  /** Refuses more; resolves when the last one has its answer. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.tellWhenDone();
    await this.empty.promise;
  }

  private tellWhenDone(): void {
    if (this.isClosed && this.isIdle) this.empty.resolve();
  }
}
