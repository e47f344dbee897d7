import { type Behaviour, Script } from '../scripting/script.js';
import { ACCEPTED, type WebPushEnding } from './ending.js';
import { TOKEN_PREFIXES } from './token-prefixes.js';

/** What holds for every request to the push service until it is replaced. */
export interface WebPushBehaviour extends Behaviour<WebPushEnding> {
  /** New connections speak HTTP/1.1, whatever they would rather speak. */
  readonly onlyHttp1: boolean;
}

export const ORDINARY: WebPushBehaviour = { share: 1, blackhole: false, maxConcurrentStreams: 100, onlyHttp1: false };

export type WebPushScript = Script<WebPushEnding, WebPushBehaviour>;

export function createWebPushScript(): WebPushScript {
  return new Script({
    ordinary: ORDINARY,
    accepted: ACCEPTED,
    prefixes: TOKEN_PREFIXES,
    spelling: (token) => token,
  });
}
