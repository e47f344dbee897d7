import type { Uuid } from '@signalbox/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientContext } from '../engine/client-metadata.js';

/** An authorization request that waits for its user. */
export interface OpenInteraction {
  readonly uid: string;
  readonly prompt: 'login' | 'consent';
  /** Why the engine asks, e.g. `no_session`, `acr_values`, `max_age`. */
  readonly reasons: readonly string[];
  readonly clientId: string;
  readonly clientName: string;
  readonly client: ClientContext;
  readonly appId: Uuid;
  /** Who is signed in in this browser, at this app. */
  readonly userId: Uuid | undefined;
  /** Where it ends: pages whose forms lead there have to say so in their policy. */
  readonly redirectUri: string;
  readonly loginHint: string | undefined;
  readonly uiLocales: string | undefined;
  /** The app's own name of its installation, and of the phone: said, and not proven. */
  readonly installation: string | undefined;
  readonly deviceName: string | undefined;
  /** Scopes that the app asks for. */
  readonly scopes: readonly string[];
  readonly wantsTwoFactors: boolean;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** There is no such request any more, or this browser did not begin it: begin again in the app. */
export class InteractionGone extends Error {
  override readonly name = 'InteractionGone';
}
