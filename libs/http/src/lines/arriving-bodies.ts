import type { IncomingMessage } from 'node:http';

/** Bodies that are on their way, and until when. Nearly every one came with its head: those need no timer, and all that came together share one look. */
export class ArrivingBodies {
  private readonly arriving: IncomingMessage[] = [];

  /** @param cut ends a request whose body is not complete after so many milliseconds. */
  constructor(
    private readonly deadlineMs: number,
    private readonly cut: (body: IncomingMessage) => void,
  ) {}

  /** Call once, in the turn in which its head came. */
  watch(body: IncomingMessage): void {
    if (this.arriving.push(body) === 1) setImmediate(this.look);
  }

  private readonly look = (): void => {
    for (const body of this.arriving.splice(0)) if (!body.complete && !body.destroyed) this.limit(body);
  };

  private limit(body: IncomingMessage): void {
    const deadline = setTimeout(() => {
      if (!body.complete) this.cut(body);
    }, this.deadlineMs);
    for (const end of ['end', 'close']) body.once(end, () => clearTimeout(deadline));
  }
}
