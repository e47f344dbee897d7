import type { FaultyBehaviour } from '../../faults/api-faults.js';
import type { Fault } from '../../faults/fault.js';
import type { Twists } from '../tokens/twists.js';
import type { BodyTwist } from './bodies.js';

export interface SignInFault extends Fault {
  /** Absent: the body is as it should be. */
  readonly body?: BodyTwist | undefined;
  /** How long a slow body takes. */
  readonly overMs: number;
}

/** What holds for one provider until it is replaced. */
export interface SignInBehaviour extends FaultyBehaviour {
  readonly faults: readonly SignInFault[];
  /** Under which other names it goes: in its discovery document, in the redirect back, in what it signs. */
  readonly issuer: {
    readonly discovery?: string | undefined;
    readonly responses?: string | undefined;
    readonly tokens?: string | undefined;
  };
  /** What is wrong with every ID token. */
  readonly idToken: Twists;
}

export const ORDINARY_SIGN_IN: SignInBehaviour = {
  blackhole: false,
  latencyMs: 0,
  faults: [],
  issuer: {},
  idToken: [],
};
