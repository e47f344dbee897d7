import type { Uuid } from '@signalbox/contracts';
import type { WorkProgress } from '@signalbox/queues';
import type { PostItem } from '../work/events-work.js';
import type { NextStep } from './next-step.js';
import type { Outcome } from './outcome.js';

/** What became of one delivery, ready to be written. */
export interface Settlement {
  readonly progress: WorkProgress<PostItem>;
  readonly item: PostItem;
  readonly endpointId: Uuid;
  readonly appId: Uuid;
  readonly step: NextStep;
  /** Absent when nothing was posted: a delivery that is given up because its endpoint is not there any more. */
  readonly attempt?: { readonly outcome: Outcome; readonly milliseconds: number };
}

/** What the recorder knows of an endpoint after a flush. */
export interface EndpointNow {
  /** Milliseconds for which nothing more is to be posted; undefined: go on. */
  readonly stopFor?: number;
}
