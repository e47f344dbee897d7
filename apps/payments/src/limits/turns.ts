/**
 * Lets so many go on in each turn of the event loop. Many sockets that are ready at once would otherwise be served to the last
 * before anybody else is: another route, an answer of the database. So they queue up, and the others come in between.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];
  private isScheduled = false;

  constructor(private readonly perTurn: number) {}

  /** Resolves in a later turn, in the order of asking. */
  take(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    // What is scheduled from inside an immediate runs in the turn after: sockets and timers are looked at before.
    setImmediate(() => {
      this.isScheduled = false;
      for (const go of this.waiting.splice(0, this.perTurn)) go();
      if (this.waiting.length > 0) this.schedule();
    });
  }
}
