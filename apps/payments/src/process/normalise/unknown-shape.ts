/**
 * An object of Stripe's does not look as its API version says. Never read on with a silent null: a person has to look,
 * and the rest of the object's events go on.
 */
export class UnknownShape extends Error {
  override readonly name = 'UnknownShape';

  /** `path` is a JSON path into the object: `$.items.data[0].current_period_end`. */
  constructor(
    readonly path: string,
    readonly reason: string,
  ) {
    super(`${path}: ${reason}`);
  }
}
