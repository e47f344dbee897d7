import type { Uuid } from '@signalbox/contracts';
import type { SecondFactorMethod } from './factor.js';
import type { Visitor } from './visitor.js';

/** A sign-in that is about to begin. */
export interface JudgedSignIn {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly clientId: string;
  readonly visitor: Visitor;
  readonly amr: readonly string[];
}

/** What a judge says of it, and why. Kept with the session, and told when its tokens are fetched. */
export interface Judgement {
  readonly verdict: 'allow' | 'notify' | 'step_up' | 'refuse';
  readonly reasons: readonly { readonly code: string; readonly facts: Readonly<Record<string, unknown>> }[];
  /** Where the network says that the visitor is, ISO 3166-1. */
  readonly country: string | undefined;
}

/** What the flow asks the parts that decide about a visitor. */
export interface SignInPolicies {
  /** Second factors that a user has. */
  methodsOf(userId: Uuid): Promise<readonly SecondFactorMethod[]>;
  judge(signIn: JudgedSignIn): Promise<Judgement>;
}
