import { Flight, type GivenUp } from '@signalbox/resilience';

export interface Limits {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A wait that ended before what it waited for. */
export class WaitGivenUp extends Error {
  override readonly name = 'WaitGivenUp';

  constructor(readonly code: GivenUp) {
    super(`given up: ${code}`);
  }
}

/**
 * Waits for `work` and no longer than the limits say; the work itself goes on.
 *
 * @throws what `work` rejects with, or WaitGivenUp.
 */
export async function withinLimits<Result>(work: Promise<Result>, limits: Limits): Promise<Result> {
  const givenUp = (code: GivenUp): Promise<Result> => Promise.reject(new WaitGivenUp(code));
  const flight = new Flight<Promise<Result>>({ ...limits, giveUp: givenUp });
  const land = (): boolean => flight.land(work);
  work.then(land, land);
  return flight.landed;
}
