import { createHash, randomBytes } from 'node:crypto';
import { formatId, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { prefixOf } from '@signalbox/http';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { type ClientContext, contextOf } from '../engine/client-metadata.js';
import { TWO_FACTORS } from '../engine/prompts.js';
import { answerWithCode } from '../engine/standard-grants.js';
import type { Sessions } from '../sessions/sessions.js';
import type { UserRow } from '../users/user-row.js';
import { FIND_USER } from '../users/users.queries.js';
import { HOLD_SIGNED_IN, type SignedIn } from './consent.queries.js';
import { acrOf } from './factor.js';
import type { Judgement, SignInPolicies } from './judging.js';
import { keepGrant } from './session-grant.js';
import { stillNeeded } from './still-needed.js';
import { localeOf, type Visitor } from './visitor.js';

/** What a phone sends with any of our grants. */
export const NATIVE_PARAMETERS = ['scope', 'resource', 'acr_values', 'device_id', 'device_name'] as const;
export type NativeParameters = Readonly<Partial<Record<(typeof NATIVE_PARAMETERS)[number], string>>>;

/** Somebody who has shown on a phone who it is. */
export interface ProvenOnPhone {
  readonly userId: Uuid;
  readonly amr: readonly string[];
  /** When that began: whoever signs the user out everywhere after it signs this one out, too. */
  readonly begunAt: Date;
  /** For the ID token. */
  readonly nonce?: string | undefined;
}

const DAY_MS = 86_400_000;
/** Stands where a code has the address that it was sent to. */
const NOWHERE = 'urn:signalbox:native-sign-in';

/** Signing in without a browser: the last part of each grant by which a phone becomes a session. */
export class NativeSessions {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly sessions: Sessions;
      readonly apiAudience: string;
      /** As in the browser: what is asked for there cannot be left out by coming here. */
      readonly policies: SignInPolicies;
    },
  ) {}

  /**
   * Begins a session and answers with its tokens, as for an authorization code.
   *
   * @throws InvalidGrant where this sign-in is refused. @throws CustomOIDCProviderError where the browser would ask for more.
   */
  async answer(context: TokenEndpointGrantContext<NativeParameters>, proven: ProvenOnPhone): Promise<void> {
    const { userId, amr, begunAt } = proven;
    const { params, client: engineClient } = context.oidc;
    const client = contextOf(engineClient);
    const visitor = await phoneOf(context);
    const user = (await this.parts.database.query<UserRow>(FIND_USER, [userId])).rows[0];
    if (user === undefined) throw new errors.InvalidGrant('the user is gone');
    const judgement = await this.admit({ client, clientId: engineClient.clientId, params, visitor, user, amr });
    const authTime = new Date();
    const expiresAt = new Date(authTime.getTime() + client.settings.sessionDays * DAY_MS);
    const sessionId = await this.parts.database.transaction(async (tx) => {
      const held = (await tx.query<SignedIn>(HOLD_SIGNED_IN, [userId])).rows[0];
      if (held === undefined || isSignedOutSince(begunAt, user, held)) return undefined;
      return this.parts.sessions.begin(tx, {
        appId: client.appId,
        userId,
        clientId: engineClient.clientId,
        deviceId: visitor.deviceId,
        installation: visitor.installation,
        deviceName: params.device_name?.slice(0, 100),
        userAgent: visitor.userAgent,
        prefix: visitor.prefix,
        country: judgement.country,
        anomaly: judgement,
        authTime,
        acr: acrOf(amr),
        amr,
        expiresAt,
      });
    });
    if (sessionId === undefined) throw refusal('the user was signed out everywhere, or may not sign in any more');
    await this.handOut(context, proven, { grantId: formatId('session', sessionId), authTime, expiresAt });
  }

  private async admit(seen: {
    readonly client: ClientContext;
    readonly clientId: string;
    readonly params: NativeParameters;
    readonly visitor: Visitor;
    readonly user: UserRow;
    readonly amr: readonly string[];
  }): Promise<Judgement> {
    const { client, clientId, params, visitor, user, amr } = seen;
    const { policies } = this.parts;
    const judgement = await policies.judge({ appId: client.appId, userId: user.id, clientId, visitor, amr });
    const methods = await policies.methodsOf(user.id);
    const wantsTwoFactors = (params.acr_values ?? '').split(' ').includes(TWO_FACTORS);
    const needed = stillNeeded({ open: { client, wantsTwoFactors }, user, amr, judgement, methods });
    if (needed?.next === 'refused') throw refusal('this sign-in is refused');
    if (needed !== undefined) {
      throw new errors.CustomOIDCProviderError('interaction_required', `sign in in the browser: ${needed.next}`);
    }
    return judgement;
  }

  /** Makes a code that nobody ever sees, and answers as for it. */
  private async handOut(
    context: TokenEndpointGrantContext<NativeParameters>,
    { userId, amr, nonce }: ProvenOnPhone,
    { grantId, authTime, expiresAt }: { readonly grantId: string; readonly authTime: Date; readonly expiresAt: Date },
  ): Promise<void> {
    const { provider, params, client: engineClient } = context.oidc;
    const { apiAudience } = this.parts;
    const client = contextOf(engineClient);
    const accountId = formatId('user', userId);
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
      acr: acrOf(amr),
      amr,
      authTime: Math.floor(authTime.getTime() / 1_000),
      nonce,
      redirectUri: NOWHERE,
      resource: params.resource ?? apiAudience,
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      codeChallengeMethod: 'S256',
    } as never);
    await answerWithCode(context, { code: await code.save(), redirect_uri: NOWHERE, code_verifier: verifier });
  }
}

/** A sign-out has the time at which its transaction began, which can be before the proof did: that it was not there yet tells, too. */
function isSignedOutSince(begunAt: Date, seen: Pick<SignedIn, 'signed_out_at'>, held: SignedIn): boolean {
  const [before, now] = [seen.signed_out_at?.getTime(), held.signed_out_at?.getTime()];
  return now !== undefined && (now !== before || now > begunAt.getTime());
}

/** The phone that sends a request of one of our grants. */
export async function phoneOf(context: TokenEndpointGrantContext<NativeParameters>): Promise<Visitor> {
  const { ip } = context;
  return {
    ip,
    prefix: prefixOf(ip),
    userAgent: context.get('user-agent') || undefined,
    deviceId: await keyShown(context.get('dpop')),
    installation: context.oidc.params.device_id?.slice(0, 200),
    locale: localeOf([context.get('accept-language')]),
  };
}

/**
 * A phone without a browser is known again by its key. Here only the signature is looked at: the engine checks all of the proof, and that
 * it is new, before it hands out a token.
 */
async function keyShown(proof: string): Promise<string | undefined> {
  const shown = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt' }).catch(() => undefined);
  const jwk = shown?.protectedHeader.jwk;
  return jwk === undefined ? undefined : `dpop:${await calculateJwkThumbprint(jwk)}`;
}

/** Says why, to who made the app. */
export function refusal(why: string): errors.InvalidGrant {
  const error = new errors.InvalidGrant(why);
  error.error_description = why;
  return error;
}
