/** A lane is a priority with its own queues and workers: transactional work never waits behind bulk work. */
export const LANES = ['transactional', 'bulk'] as const;
export type Lane = (typeof LANES)[number];
