/** What a credential sent in the last seven days, and how many devices its answers deleted meanwhile. */
export interface Usual {
  readonly sent: number;
  readonly gone: number;
}

/** The state of one credential's guard. */
export interface Bucket {
  /** How many devices its answers may still delete; fractions are credit towards the next one. */
  readonly allowance: number;
  /** Nothing is deleted until an operator releases it. */
  readonly tripped: boolean;
  /** An operator lets everything be deleted. */
  readonly open: boolean;
}

/** What happened since the bucket was last looked at. */
export interface Drawn {
  readonly sent: number;
  /** Devices that a provider's answers want deleted. */
  readonly deletions: number;
}

export interface Draw {
  readonly allowance: number;
  /** How many of the deletions may happen. The others are held. */
  readonly allowed: number;
  /** Whether this draw found the bucket empty for the first time. */
  readonly trips: boolean;
}

/** Of so many messages the limit is a share. */
const WINDOW = 1_000;
const MOST = 0.1;
const LEAST = 0.01;
/** Below so many outcomes nobody can say what is usual. */
const ENOUGH_TO_KNOW = 10_000;
const TIMES_THE_USUAL = 5;

/** What a bucket holds when it is full and nothing is known of the credential: 100. */
export const FULL = WINDOW * MOST;

/** The share of a credential's messages that may end in a deletion. */
export function shareOf({ sent, gone }: Usual): number {
  const outcomes = sent + gone;
  if (outcomes < ENOUGH_TO_KNOW) return MOST;
  return Math.min(MOST, Math.max(LEAST, (TIMES_THE_USUAL * gone) / outcomes));
}

/**
 * The rule that keeps a fault of a provider, or of a configuration, from deleting a registry: the bucket holds `share`
 * of a thousand, each message sent puts `share` back, each deletion takes one. So, in whatever order things come,
 * no more is ever deleted than 100 + 0.1 for each message sent. Pure.
 */
export function draw(bucket: Bucket, { sent, deletions }: Drawn, share: number): Draw {
  const filled = Math.min(WINDOW * share, bucket.allowance + share * sent);
  if (bucket.open) return { allowance: filled, allowed: deletions, trips: false };
  if (bucket.tripped) return { allowance: filled, allowed: 0, trips: false };
  const allowed = Math.min(deletions, Math.floor(filled));
  return { allowance: filled - allowed, allowed, trips: allowed < deletions };
}
