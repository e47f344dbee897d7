import type { Outcome } from './decision.js';

const PREFIX_LENGTH = 8;

export interface TokenPrefix<Ending> {
  readonly meaning: string;
  /** `seen` counts the requests for that token before this one. */
  readonly outcome: (seen: number) => Outcome<Ending>;
  readonly countsRequests?: true;
}

/** Device tokens that mean something without any script, by their first eight characters. */
export type TokenPrefixes<Ending> = ReadonlyMap<string, TokenPrefix<Ending>>;

export function prefixOf<Ending>(prefixes: TokenPrefixes<Ending>, token: string): TokenPrefix<Ending> | undefined {
  return prefixes.get(token.slice(0, PREFIX_LENGTH));
}

export function always<Ending>(meaning: string, ending: () => Ending): TokenPrefix<Ending> {
  return { meaning, outcome: () => ({ ending: ending() }) };
}

/** `failure` for the first `times` requests of each such token, then `success`. */
export function flaky<Ending>(
  meaning: string,
  times: number,
  failure: () => Ending,
  success: Ending,
): TokenPrefix<Ending> {
  return {
    meaning: `${meaning}, for the first ${times} request(s), then 200`,
    outcome: (seen) => ({ ending: seen < times ? failure() : success }),
    countsRequests: true,
  };
}
