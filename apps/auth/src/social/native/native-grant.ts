import { createHash, randomBytes } from 'node:crypto';
import { formatId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import type Provider from 'oidc-provider';
import { type ClientContext, contextOf } from '../../engine/client-metadata.js';
import { TWO_FACTORS } from '../../engine/prompts.js';
import { answerWithCode } from '../../engine/standard-grants.js';
import type { Sessions } from '../../sessions/sessions.js';
import { acrOf } from '../../sign-in/factor.js';
import type { Judgement, SignInPolicies } from '../../sign-in/judging.js';
import { keepGrant } from '../../sign-in/session-grant.js';
import { stillNeeded } from '../../sign-in/still-needed.js';
import { localeOf, prefixOf, type Visitor } from '../../sign-in/visitor.js';
import type { UserRow } from '../../users/user-row.js';
import { FIND_USER } from '../../users/users.queries.js';
import type { NativeAccounts, NativeEnd } from './native-accounts.js';

export interface NativeGrantParts {
  readonly accounts: NativeAccounts;
  readonly database: Database;
  readonly sessions: Sessions;
  readonly apiAudience: string;
  /** As in the browser: what is asked for there cannot be left out by coming here. */
  readonly policies: SignInPolicies;
}

const NATIVE_SIGN_IN = 'urn:signalbox:native-sign-in';

/** What a phone sends besides what every token request has. */
const PARAMETERS = [
  'provider',
  'nonce',
  'id_token',
  'code',
  'provider_client_id',
  'name',
  'new_account',
  'scope',
  'resource',
  'acr_values',
  'device_id',
  'device_name',
] as const;
type Parameters = Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>>;

const DAY_MS = 86_400_000;
const AMR = ['fed'];

/** The grant by which a phone whose user signed in with a provider's SDK becomes a session, without a browser. */
export function nativeGrant(parts: NativeGrantParts): { readonly name: string; register(provider: Provider): void } {
  return {
    name: NATIVE_SIGN_IN,
    register: (provider) =>
      provider.registerGrantType<Parameters>(NATIVE_SIGN_IN, (context) => answer(parts, context), PARAMETERS),
  };
}

async function answer(parts: NativeGrantParts, context: TokenEndpointGrantContext<Parameters>): Promise<void> {
  const { params, client: engineClient } = context.oidc;
  const client = contextOf(engineClient);
  const visitor = visitorOf(context);
  const { userId } = signedIn(await identify(parts, client, params, visitor));
  const user = (await parts.database.query<UserRow>(FIND_USER, [userId])).rows[0];
  if (user === undefined) throw new errors.InvalidGrant('the user is gone');
  const judgement = await admit(parts, { client, clientId: engineClient.clientId, params, visitor, user });
  const { device_name: deviceName } = params;
  const authTime = new Date();
  const expiresAt = new Date(authTime.getTime() + client.settings.sessionDays * DAY_MS);
  const sessionId = await parts.database.transaction((tx) =>
    parts.sessions.begin(tx, {
      appId: client.appId,
      userId,
      clientId: engineClient.clientId,
      deviceId: visitor.deviceId,
      deviceName: deviceName?.slice(0, 100),
      userAgent: visitor.userAgent,
      prefix: visitor.prefix,
      country: judgement.country,
      anomaly: judgement,
      authTime,
      acr: acrOf(AMR),
      amr: AMR,
      expiresAt,
    }),
  );
  await handOut(parts, context, client, {
    grantId: formatId('session', sessionId),
    accountId: formatId('user', userId),
    authTime,
    expiresAt,
  });
}

function identify(
  { accounts }: NativeGrantParts,
  { appId, settings }: ClientContext,
  params: Parameters,
  { locale }: Visitor,
): Promise<NativeEnd> {
  const { provider, nonce, id_token: idToken, code, provider_client_id: clientId, name } = params;
  if (provider === undefined || nonce === undefined) throw new errors.InvalidRequest('provider and nonce are required');
  if ((idToken === undefined) === (code === undefined)) throw new errors.InvalidRequest('send either id_token or code');
  const credential =
    idToken === undefined
      ? ({ kind: 'code', value: code ?? '' } as const)
      : ({ kind: 'id_token', value: idToken } as const);
  const isOpen = settings.registration === 'open';
  const request = { appId, provider, nonce, credential, clientId, name };
  return accounts.signIn(request, { isOpen, locale }, params.new_account === 'true');
}

function signedIn(ended: NativeEnd): Extract<NativeEnd, { userId: string }> {
  switch (ended.end) {
    case 'known':
    case 'created':
    case 'linked':
      return ended;
    case 'choose':
      throw new errors.CustomOIDCProviderError(
        'account_selection_required',
        'ask the user: without an account, send the same again with new_account=true; with one, sign in in the browser',
      );
    case 'trouble':
      throw new errors.CustomOIDCProviderError(
        'temporarily_unavailable',
        `the provider is in trouble (${ended.trouble}); sign in in the browser`,
      );
    case 'closed':
      throw refusal('the account is closed');
    case 'refused':
      throw refusal(`this proves no identity (${ended.why})`);
  }
}

/** @throws CustomOIDCProviderError where the browser would ask for more. */
async function admit(
  { policies }: NativeGrantParts,
  seen: {
    readonly client: ClientContext;
    readonly clientId: string;
    readonly params: Parameters;
    readonly visitor: Visitor;
    readonly user: UserRow;
  },
): Promise<Judgement> {
  const { client, clientId, params, visitor, user } = seen;
  const judgement = await policies.judge({ appId: client.appId, userId: user.id, clientId, visitor, amr: AMR });
  const methods = await policies.methodsOf(user.id);
  const wantsTwoFactors = (params.acr_values ?? '').split(' ').includes(TWO_FACTORS);
  const needed = stillNeeded({ open: { client, wantsTwoFactors }, user, amr: AMR, judgement, methods });
  if (needed?.next === 'refused') throw refusal('this sign-in is refused');
  if (needed !== undefined) {
    throw new errors.CustomOIDCProviderError('interaction_required', `sign in in the browser: ${needed.next}`);
  }
  return judgement;
}

function refusal(why: string): errors.InvalidGrant {
  const error = new errors.InvalidGrant(why);
  error.error_description = why;
  return error;
}

/** Makes a code that nobody ever sees, and answers as for it. */
async function handOut(
  { apiAudience }: NativeGrantParts,
  context: TokenEndpointGrantContext<Parameters>,
  client: ClientContext,
  session: { readonly grantId: string; readonly accountId: string; readonly authTime: Date; readonly expiresAt: Date },
): Promise<void> {
  const { provider, params, client: engineClient } = context.oidc;
  const { grantId, accountId, authTime, expiresAt } = session;
  const scope = params.scope ?? ['openid', ...client.scopes].join(' ');
  const scopes = scope.split(' ');
  const { clientId } = engineClient;
  await keepGrant(provider, { grantId, accountId, clientId, expiresAt, scopes, client, apiAudience });
  const verifier = randomBytes(32).toString('base64url');
  const code = new provider.AuthorizationCode({
    accountId,
    client: engineClient,
    grantId,
    scope,
    acr: acrOf(AMR),
    amr: AMR,
    authTime: Math.floor(authTime.getTime() / 1_000),
    nonce: params.nonce,
    redirectUri: NATIVE_SIGN_IN,
    resource: params.resource ?? apiAudience,
    codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
    codeChallengeMethod: 'S256',
  } as never);
  await answerWithCode(context, { code: await code.save(), redirect_uri: NATIVE_SIGN_IN, code_verifier: verifier });
}

function visitorOf(context: TokenEndpointGrantContext<Parameters>): Visitor {
  const { ip } = context;
  return {
    ip,
    prefix: prefixOf(ip),
    userAgent: context.get('user-agent') || undefined,
    deviceId: context.oidc.params.device_id?.slice(0, 200),
    locale: localeOf([context.get('accept-language')]),
  };
}
