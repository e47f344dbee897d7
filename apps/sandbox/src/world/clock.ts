/** The seconds that a gateway dates with. Its clock can be held, so that much happens within one second. */
export class Clock {
  private heldAt: number | undefined;

  now(): number {
    return this.heldAt ?? Math.floor(Date.now() / 1000);
  }

  get held(): boolean {
    return this.heldAt !== undefined;
  }

  hold(): void {
    this.heldAt ??= Math.floor(Date.now() / 1000);
  }

  release(): void {
    this.heldAt = undefined;
  }
}
