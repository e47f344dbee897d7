import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { type AuthSettings, readSettings } from '../settings/auth-settings.js';
import { FIND_CLIENT } from './client.queries.js';
import { NOT_KEPT } from './records/record-adapter.js';

/** Milliseconds for which a client is believed: every request of the engine asks for one. */
const BELIEVED_FOR = 1_000;
const MAX_BELIEVED = 1_000;

/** What of ours the engine carries along with a client. */
export interface ClientContext {
  readonly appId: Uuid;
  readonly appName: string;
  readonly mode: 'live' | 'test';
  readonly kind: 'native' | 'web' | 'service';
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly settings: AuthSettings;
}

interface ClientRow {
  readonly id: string;
  readonly app_id: Uuid;
  readonly app_name: string;
  readonly mode: 'live' | 'test';
  readonly name: string;
  readonly kind: ClientContext['kind'];
  readonly secret_hash: Buffer | null;
  readonly jwks: object | null;
  readonly redirect_uris: string[];
  readonly post_logout_redirect_uris: string[];
  readonly scopes: string[];
  readonly resources: string[];
  readonly dpop_required: boolean;
  readonly settings: unknown;
}

/** The property under which the engine keeps it. */
export const CONTEXT_PROPERTY = 'signalbox_context';

/** The context of a client that came out of our own table. */
export function contextOf(client: object): ClientContext {
  return (client as { [CONTEXT_PROPERTY]: ClientContext })[CONTEXT_PROPERTY];
}

/**
 * The engine's clients: those of our table that were not revoked. Nobody registers one at the engine.
 *
 * @param nativeGrants what a phone's app may ask with besides codes and refresh tokens.
 */
export function clientAdapter(database: Database, nativeGrants: readonly string[]): Adapter {
  const believed = new Map<
    string,
    { readonly until: number; readonly metadata: Promise<AdapterPayload | undefined> }
  >();
  const look = async (id: string): Promise<AdapterPayload | undefined> => {
    const { rows } = await database.query<ClientRow>(FIND_CLIENT, [id]);
    return rows[0] && metadataOf(rows[0], nativeGrants);
  };
  const refuse = (): never => {
    throw new errors.AccessDenied('clients are made with POST /v1/clients');
  };
  return {
    ...NOT_KEPT,
    upsert: refuse,
    destroy: refuse,
    find(id) {
      const known = believed.get(id);
      if (known !== undefined && known.until > performance.now()) return known.metadata;
      const metadata = look(id);
      if (believed.size >= MAX_BELIEVED) believed.clear();
      believed.set(id, { until: performance.now() + BELIEVED_FOR, metadata });
      metadata.catch(() => believed.delete(id));
      return metadata;
    },
  };
}

function metadataOf(row: ClientRow, nativeGrants: readonly string[]): AdapterPayload {
  const { kind, secret_hash: secretHash, jwks } = row;
  const context: ClientContext = {
    appId: row.app_id,
    appName: row.app_name,
    mode: row.mode,
    kind,
    scopes: row.scopes,
    resources: row.resources,
    settings: readSettings(row.settings),
  };
  return {
    client_id: row.id,
    client_name: row.name,
    application_type: kind === 'native' ? 'native' : 'web',
    redirect_uris: row.redirect_uris,
    post_logout_redirect_uris: row.post_logout_redirect_uris,
    response_types: kind === 'service' ? [] : ['code'],
    grant_types: grantTypesOf(kind, nativeGrants),
    dpop_bound_access_tokens: row.dpop_required,
    require_pushed_authorization_requests: kind === 'web',
    ...(secretHash === null ? {} : { client_secret: secretHash.toString('base64url') }),
    ...(jwks === null
      ? { token_endpoint_auth_method: secretHash === null ? 'none' : 'client_secret_basic' }
      : { jwks, token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: undefined }),
    [CONTEXT_PROPERTY]: context,
  } as AdapterPayload;
}

function grantTypesOf(kind: ClientContext['kind'], nativeGrants: readonly string[]): string[] {
  if (kind === 'service') return ['client_credentials'];
  const codes = ['authorization_code', 'refresh_token'];
  return kind === 'native' ? [...codes, ...nativeGrants] : codes;
}
