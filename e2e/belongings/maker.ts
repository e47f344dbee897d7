import type { Database } from '@signalbox/database';
import type { TestSandbox } from '@signalbox/testing';
import type { AccessStage, AppOnStage, SignedIn } from '../access-stage.js';
import type { Ask } from './asking.js';

/**
 * Real values for the parameters of paths, by the beginning of the path that ends with the parameter: that of
 * `push /v1/notifications/{id}` is what `{id}` may be there, whatever follows.
 */
export type Ids = Readonly<Record<string, string>>;

/** What each part needs to make its own. */
export interface Maker {
  readonly stage: AccessStage;
  readonly database: Database;
  readonly sandbox: TestSandbox;
  readonly app: AppOnStage;
  readonly appId: string;
  readonly user: SignedIn;
  /** With the secret key, the operator's token, and the user's. */
  readonly asBackend: Ask;
  readonly asOperator: Ask;
  readonly asUser: Ask;
  /** The ids of what is stored as credentials, by provider. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Its account at the sandbox's Stripe. */
  readonly stripe: { readonly secretKey: string; readonly endpoint: { readonly origin: string } };
}
