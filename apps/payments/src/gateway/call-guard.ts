import type { Uuid } from '@signalbox/contracts';
import { Flight, Semaphore } from '@signalbox/resilience';
import { AppBreaker } from '../limits/app-breaker.js';
import type { BreakerWatch } from '../limits/gateway-breakers.js';
import type { OperationClass } from './gateway.js';

/** Milliseconds that a call of a class may take: a bank may think, a sheet must not. */
export const DEADLINES_MS: Readonly<Record<OperationClass, number>> = {
  open: 6_000,
  charge: 25_000,
  settle: 10_000,
  read: 4_000,
};
/** Calls of one app and class under way at once. */
const SLOTS = 16;
/** Whoever finds no slot free comes again in about this time. Milliseconds. */
const FULL_MS = 500;

/** How a call ended that was never made, or that nobody waits for any more. */
export type Unguarded = { readonly kind: 'turned_away'; readonly ms: number; readonly reason: string };

interface Guarded {
  readonly breaker: AppBreaker;
  readonly slots: Semaphore;
}

/**
 * Bulkhead, deadline and breaker of a gateway, for each app and class of operations: what hangs in one costs the others nothing.
 * Nothing is repeated here.
 */
export class CallGuard {
  private readonly guarded = new Map<string, Guarded>();

  constructor(
    private readonly watch: BreakerWatch,
    private readonly deadlines: Readonly<Record<OperationClass, number>> = DEADLINES_MS,
  ) {}

  /** Milliseconds after which a call is worth making; undefined: now. */
  turnsAway(appId: Uuid, operation: OperationClass): number | undefined {
    return this.guarded.get(`${appId} ${operation}`)?.breaker.turnsAway();
  }

  /**
   * Makes a call, unless it is turned away.
   *
   * @param late what it comes to when its deadline is over.
   * @param isTrouble whether its result says that the gateway, or the way to it, is broken.
   */
  async run<Result>(
    appId: Uuid,
    operation: OperationClass,
    call: (deadlineMs: number) => Promise<Result>,
    late: Result,
    isTrouble: (result: Result) => boolean,
  ): Promise<Result | Unguarded> {
    const { breaker, slots } = this.of(appId, operation);
    const open = breaker.turnsAway();
    if (open !== undefined) return { kind: 'turned_away', ms: open, reason: 'breaker_open' };
    if (!slots.tryAcquire()) return { kind: 'turned_away', ms: FULL_MS, reason: 'all_slots_taken' };
    try {
      const result = await breaker.run(() => inDeadline(this.deadlines[operation], call, late), isTrouble);
      return result ?? { kind: 'turned_away', ms: breaker.turnsAway() ?? FULL_MS, reason: 'breaker_open' };
    } finally {
      slots.release();
    }
  }

  private of(appId: Uuid, operation: OperationClass): Guarded {
    const name = `${appId} ${operation}`;
    const known = this.guarded.get(name);
    if (known !== undefined) return known;
    const breaker = new AppBreaker({
      opened: (forMs) => this.watch.opened(appId, operation, forMs),
      closed: () => this.watch.closed(appId, operation),
    });
    const made = { breaker, slots: new Semaphore(SLOTS) };
    this.guarded.set(name, made);
    return made;
  }
}

/** @throws whatever `call` throws. */
async function inDeadline<Result>(
  deadlineMs: number,
  call: (deadlineMs: number) => Promise<Result>,
  late: Result,
): Promise<Result> {
  const flight = new Flight<{ readonly result: Result } | { readonly error: unknown }>({
    deadlineMs,
    giveUp: () => ({ result: late }),
  });
  call(deadlineMs).then(
    (result) => flight.land({ result }),
    (error: unknown) => flight.land({ error }),
  );
  const landed = await flight.landed;
  if ('error' in landed) throw landed.error;
  return landed.result;
}
