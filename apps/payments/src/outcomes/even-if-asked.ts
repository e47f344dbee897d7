import type { GatewayOutcome } from '../gateway/outcome.js';

/** Who found out what came of a call. */
export type FoundBy = 'caller' | 'janitor';

/**
 * Whether an outcome ends a call of which the janitor has asked the gateway meanwhile: that the caller's own came to nothing says nothing
 * of the one that the janitor makes again at this moment.
 */
export function endsEvenIfAsked(by: FoundBy, { kind }: Pick<GatewayOutcome<unknown>, 'kind'>): boolean {
  return by === 'janitor' || kind !== 'not_done';
}
