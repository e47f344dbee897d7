import type { Uuid } from '@signalbox/contracts';
import Provider, { type AdapterPayload } from 'oidc-provider';
import type { UserRow } from '../users/user-row.js';

/** What one request has read already, so that it is not read again. */
export interface RequestMemory {
  /** Of a refresh: the id that the token's successor has already, where there is one. */
  successor?: Buffer | undefined;
  grant?: { readonly id: string; readonly payload: AdapterPayload };
  user?: UserRow;
  session?: SessionClaims;
}

/** What of a session stands in its access tokens. */
export interface SessionClaims {
  readonly id: Uuid;
  readonly auth_time: Date;
  readonly acr: string;
  readonly amr: readonly string[];
}

const memories = new WeakMap<object, RequestMemory>();

/** The memory of the request under way; one that is forgotten at once where there is none. */
export function requestMemory(): RequestMemory {
  const context = Provider.ctx;
  if (context === undefined) return {};
  const known = memories.get(context);
  if (known !== undefined) return known;
  const fresh: RequestMemory = {};
  memories.set(context, fresh);
  return fresh;
}
