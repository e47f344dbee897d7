import type { SegmentFilter } from '@signalbox/contracts';

/** Whom a broadcast is for, as it was when it was asked for: what a segment means does not change on the way. */
export type Audience =
  | { readonly everyone: true }
  | { readonly topic: string }
  | { readonly segment: string; readonly version: number; readonly filter: SegmentFilter }
  | { readonly filter: SegmentFilter };
