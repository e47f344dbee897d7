import type { Uuid } from '@signalbox/contracts';
import type { Envelope } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import type { Logger } from '@signalbox/telemetry';
import Provider, { type Adapter } from 'oidc-provider';
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { hashClientSecret } from '../clients/client-registry.js';
import type { SigningKeys } from '../keys/signing-keys.js';
import { accountFinder } from './account.js';
import { clientAdapter } from './client-metadata.js';
import { endSessionsAtSignOut } from './end-session.js';
import { nameInteractionCookies, readInteractionCookies } from './interaction-cookies.js';
import type { EnginePages } from './pages.js';
import { letBeKept } from './published.js';
import { cookieKey, isSecure, providerConfiguration } from './provider-configuration.js';
import { codeAdapter } from './records/code-adapter.js';
import { grantAdapter } from './records/grant-adapter.js';
import { interactionAdapter } from './records/interaction-adapter.js';
import { recordAdapter } from './records/record-adapter.js';
import { type Refreshed, refreshTokenAdapter } from './records/refresh-token-adapter.js';
import { refuseReplays } from './records/seen-once.js';
import { sessionAdapter } from './records/session-adapter.js';
import { RememberingProvider } from './standard-grants.js';
import { deriveSuccessors, Successors } from './successor.js';
import { tokenClaims } from './token-claims.js';

export interface EngineParts {
  readonly issuer: string;
  readonly apiAudience: string;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly keys: SigningKeys;
  readonly pages: EnginePages;
  readonly logger: Logger;
  /** A device fetches its first tokens, in this transaction. @returns false where its session has ended. */
  readonly activate: (tx: Sql, sessionId: Uuid, jkt: string | undefined) => Promise<boolean>;
  /** A session ends since a token of it was used twice, or given back, or its user signed out. */
  readonly end: (sessionId: Uuid, why: 'refresh_reused' | 'code_reused' | 'signed_out') => Promise<void>;
  readonly onRefreshed: (refreshed: Refreshed) => void;
  /** Grants of ours besides the standard ones, for the apps on phones. */
  readonly nativeGrants?: readonly { readonly name: string; register(provider: Provider): void }[];
}

/**
 * oidc-provider, run our way. Its key set is fixed when it is made, so a change of keys makes a new one; whatever is under way is in
 * the database and goes on with it.
 */
export class Engine {
  private made: Provider | undefined;
  private handle: ReturnType<Provider['callback']> | undefined;

  constructor(private readonly parts: EngineParts) {}

  /** Makes it (anew) with the keys of now. */
  build(): void {
    const { parts } = this;
    const successors = new Successors(parts.envelope);
    const { database, envelope } = parts;
    const provider: Provider = new RememberingProvider(
      parts.issuer,
      providerConfiguration({
        issuer: parts.issuer,
        apiAudience: parts.apiAudience,
        keys: parts.keys,
        adapter: (kind) => adapterOf(kind, parts, successors, (uid) => provider.urlFor('resume', { uid })),
        findAccount: accountFinder(database),
        extraTokenClaims: tokenClaims(database),
        cookieKeys: envelope.derive('sign-in cookies').map(cookieKey),
        nonceSecret: envelope.derive('DPoP nonces')[0],
        pages: parts.pages,
      }),
    );
    provider.proxy = true;
    deriveSuccessors(provider, successors);
    compareHashes(provider);
    refuseReplays(provider, database);
    if (isSecure(parts.issuer)) nameInteractionCookies(provider);
    letBeKept(provider);
    endSessionsAtSignOut(provider, (sessionId) => parts.end(sessionId, 'signed_out'));
    for (const grant of parts.nativeGrants ?? []) grant.register(provider);
    provider.on('server_error', (_context, error) => parts.logger.error({ err: error }, 'the sign-in engine failed'));
    this.made = provider;
    this.handle = provider.callback();
  }

  /** Before the engine is asked about the interaction of a request: which of the browser's cookies are that one's. */
  openCookies(headers: IncomingHttpHeaders, uid: string): void {
    if (isSecure(this.parts.issuer)) readInteractionCookies(headers, uid);
  }

  get provider(): Provider {
    if (this.made === undefined) throw new Error('the engine was not built');
    return this.made;
  }

  /** Answers one request of the protocol. */
  answer(...[request, response]: Parameters<ReturnType<Provider['callback']>>): Promise<void> {
    return this.handle!(request, response);
  }
}

function adapterOf(
  kind: string,
  parts: EngineParts,
  successors: Successors,
  returnTo: (uid: string) => string,
): Adapter {
  const { database, activate, onRefreshed } = parts;
  const end = (sessionId: Uuid): Promise<void> => parts.end(sessionId, whyItEnds());
  switch (kind) {
    case 'Client':
      return clientAdapter(
        database,
        (parts.nativeGrants ?? []).map(({ name }) => name),
      );
    case 'Grant':
      return grantAdapter(database);
    case 'AuthorizationCode':
      return codeAdapter(database, end);
    case 'Interaction':
      return interactionAdapter(database, returnTo);
    case 'Session':
      return sessionAdapter(database);
    case 'RefreshToken':
      return refreshTokenAdapter({ database, successors, activate, end, onRefreshed });
    default:
      return recordAdapter(database, kind);
  }
}

/** The engine ends a session for a token that came twice, and for one that a client gives back. */
function whyItEnds(): 'refresh_reused' | 'code_reused' | 'signed_out' {
  const oidc = Provider.ctx?.oidc;
  if (oidc?.route !== 'token') return 'signed_out';
  return oidc.params?.['grant_type'] === 'refresh_token' ? 'refresh_reused' : 'code_reused';
}

/** The engine holds the hash of a client's secret in the secret's place. */
function compareHashes(provider: Provider): void {
  const prototype = provider.Client.prototype as unknown as {
    clientSecret: string;
    compareClientSecret(actual: string): boolean;
  };
  prototype.compareClientSecret = function (actual) {
    return timingSafeEqual(hashClientSecret(actual), Buffer.from(this.clientSecret, 'base64url'));
  };
}
