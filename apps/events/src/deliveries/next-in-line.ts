import type { Uuid } from '@signalbox/contracts';
import type { DuePost } from '../work/post-works.js';

/** A delivery that nobody is before any more. */
export interface NextInLine {
  readonly id: Uuid;
  readonly attempt: number;
  readonly endpointId: Uuid;
  readonly appId: Uuid;
  /** Milliseconds until it is due: what is recovered keeps its pace in a line, too. */
  readonly delay: number;
}

/** The next attempt at it. */
export function nextPost({ id, attempt, endpointId, appId, delay }: NextInLine): DuePost {
  return { endpointId, appId, delay, item: { d: id, a: attempt + 1 } };
}
