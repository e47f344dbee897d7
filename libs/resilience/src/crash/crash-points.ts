/**
 * Every await on the way of accepted work, by stage. The crash suite kills a process before and after each of them and
 * then checks the invariant.
 */
export const CRASH_POINTS = [
  'accept.commit',
  'accept.publish',
  'offer.commit',
  'offer.publish',
  'claim.lease',
  'claim.renew',
  'route.load',
  'route.commit',
  'route.publish',
  'send.load',
  'send.mark',
  'send.call',
  'flush.commit',
  'flush.publish',
  'release.commit',
  'split.commit',
  'replay.commit',
  'replay.publish',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];
