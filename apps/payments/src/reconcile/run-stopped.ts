/** A run of the reconciler could not be completed now; nothing is wrong with what it did until then. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';

  constructor(
    message: string,
    /** Milliseconds after which it is worth trying again. */
    readonly retryMs: number,
  ) {
    super(message);
  }
}
