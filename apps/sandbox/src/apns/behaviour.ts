import { type Behaviour, Script } from '../scripting/script.js';
import { ACCEPTED, type Ending } from './ending.js';
import { TOKEN_PREFIXES } from './token-prefixes.js';

/** What holds for every request to APNs until it is replaced. */
export interface ApnsBehaviour extends Behaviour<Ending> {
  /** Apple's rule: one stream per connection until a request with a valid provider token came. */
  readonly oneStreamUntilFirstToken: boolean;
  /** How often a key's provider token may change; 0: at any pace. Apple's figure is 20 minutes. */
  readonly tokenUpdateIntervalSeconds: number;
  /** Topics that are served; empty: all. */
  readonly topics: ReadonlySet<string>;
}

/** 1000 streams is what Apple's servers were observed to announce. */
export const ORDINARY: ApnsBehaviour = {
  share: 1,
  blackhole: false,
  maxConcurrentStreams: 1000,
  oneStreamUntilFirstToken: false,
  tokenUpdateIntervalSeconds: 0,
  topics: new Set(),
};

export type ApnsScript = Script<Ending, ApnsBehaviour>;

export function createApnsScript(): ApnsScript {
  return new Script({
    ordinary: ORDINARY,
    accepted: ACCEPTED,
    prefixes: TOKEN_PREFIXES,
    spelling: (token) => token.toLowerCase(),
  });
}
