import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Milliseconds until the check must hold; 5,000 unless told. */
  readonly within?: number;
  /** Milliseconds between two checks; 20 unless told. */
  readonly every?: number;
}

/**
 * Repeats a check until it neither throws nor returns `false`, and resolves with what it returned. Use it where nothing
 * signals; assertions work inside: `await eventually(() => expect(seen).toContain(id))`.
 *
 * @throws what the last check threw, when time is up.
 */
export async function eventually<Result>(
  check: () => Result | Promise<Result>,
  { within = 5_000, every = 20 }: EventuallyOptions = {},
): Promise<Result> {
  for (const end = performance.now() + within; ; await delay(every)) {
    try {
      const result = await check();
      if (result !== false) return result;
      if (performance.now() >= end) throw new NotInTime(within);
    } catch (error) {
      if (performance.now() >= end) throw error;
    }
  }
}

class NotInTime extends Error {
  override readonly name = 'NotInTime';

  constructor(within: number) {
    super(`the check still returned false after ${within} ms`);
  }
}
