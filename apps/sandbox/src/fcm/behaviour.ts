import { type Behaviour, Script } from '../scripting/script.js';
import { ACCEPTED, type FcmEnding } from './ending.js';
import { TOKEN_PREFIXES } from './token-prefixes.js';

/** What holds for every request to FCM until it is replaced. */
export interface FcmBehaviour extends Behaviour<FcmEnding> {
  /** How long an access token issued from now on is valid. Google's figure is an hour. */
  readonly accessTokenSeconds: number;
  /** The token endpoint refuses with this status. */
  readonly oauthStatus?: number | undefined;
  /** The token endpoint takes this long. */
  readonly oauthLatencyMs: number;
}

/** 100 streams is what Google announces and the limit its own SDKs assume. */
export const ORDINARY: FcmBehaviour = {
  share: 1,
  blackhole: false,
  maxConcurrentStreams: 100,
  accessTokenSeconds: 3600,
  oauthLatencyMs: 0,
};

export type FcmScript = Script<FcmEnding, FcmBehaviour>;

export function createFcmScript(): FcmScript {
  return new Script({
    ordinary: ORDINARY,
    accepted: ACCEPTED,
    prefixes: TOKEN_PREFIXES,
    spelling: (token) => token,
  });
}
