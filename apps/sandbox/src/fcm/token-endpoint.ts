import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import type { RegisteredAccount, ServiceAccounts } from '../identity/service-accounts.js';
import { EndingCounts } from '../recording/ending-counts.js';
import type { AccessTokens } from './access-tokens.js';
import { type Answer, json } from './answer.js';
import type { FcmScript } from './behaviour.js';

/** Where the endpoint is, on the server that also takes messages. */
export const TOKEN_PATH = '/token';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Google's own address is accepted too: its client libraries sign for it whatever `token_uri` says. */
const GOOGLE_AUDIENCE = 'https://oauth2.googleapis.com/token';
/** Google: an assertion is valid for an hour at most. */
const LONGEST_ASSERTION_SECONDS = 3600;
const CLOCK_SKEW_SECONDS = 300;

const claimsSchema = z.object({
  iss: z.string(),
  aud: z.string(),
  scope: z.string().default(''),
  iat: z.number(),
  exp: z.number(),
});
type Claims = z.output<typeof claimsSchema>;

/**
 * Exchanges a JWT signed by a service account for an access token (RFC 7523), as
 * https://developers.google.com/identity/protocols/oauth2/service-account#httprest describes.
 */
export class TokenEndpoint {
  /** How often each answer was given: `200` or the status and OAuth error. */
  readonly counts = new EndingCounts();
  /** Its own URL, known once a port is open: what an assertion must name as its audience. */
  address = GOOGLE_AUDIENCE;

  constructor(
    private readonly accounts: ServiceAccounts,
    private readonly tokens: AccessTokens,
    private readonly script: FcmScript,
  ) {}

  /** `body` is a form: `grant_type` and `assertion`. */
  async exchange(body: string, now = Date.now()): Promise<Answer> {
    const { oauthStatus } = this.script.behaviour;
    if (oauthStatus !== undefined) return this.scripted(oauthStatus);
    const form = new URLSearchParams(body);
    if (form.get('grant_type') !== JWT_BEARER)
      return this.refuse('unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`);
    const assertion = form.get('assertion');
    const claims = assertion === null ? undefined : claimsOf(assertion);
    if (assertion === null || !claims)
      return this.refuse('invalid_grant', 'Invalid JWT: not a signed JWT with iss, aud, iat and exp.');
    const account = await this.signer(assertion, claims.iss);
    if (account === 'unknown') return this.refuse('invalid_grant', 'Invalid grant: account not found');
    if (account === 'forged') return this.refuse('invalid_grant', 'Invalid JWT Signature.');
    const fault = this.faultIn(claims, now / 1000);
    if (fault !== undefined) return this.refuse('invalid_grant', fault);
    const scopes = claims.scope.split(' ').filter(Boolean);
    if (scopes.length === 0) return this.refuse('invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
    return this.issue(account, scopes, now);
  }

  private issue(account: RegisteredAccount, scopes: readonly string[], now: number): Answer {
    const seconds = this.script.behaviour.accessTokenSeconds;
    const accessToken = this.tokens.issue(account, scopes, seconds, now);
    this.counts.count('200');
    // Google names one second less than an hour.
    const expiresIn = Math.max(0, seconds - 1);
    return json(200, { access_token: accessToken, expires_in: expiresIn, token_type: 'Bearer' });
  }

  private async signer(assertion: string, issuer: string): Promise<RegisteredAccount | 'unknown' | 'forged'> {
    const candidates = this.accounts.keysOf(issuer, keyIdOf(assertion));
    if (candidates.length === 0 && this.accounts.keysOf(issuer, undefined).length === 0) return 'unknown';
    for (const { account, publicKey } of candidates) {
      const verified = await compactVerify(assertion, publicKey, { algorithms: ['RS256'] }).catch(() => undefined);
      if (verified) return account;
    }
    return 'forged';
  }

  private faultIn({ aud, iat, exp }: Claims, now: number): string | undefined {
    if (aud !== this.address && aud !== GOOGLE_AUDIENCE)
      return `Invalid JWT: Failed audience check. The right audience is ${this.address}`;
    const reasonable = exp > iat && exp - iat <= LONGEST_ASSERTION_SECONDS && iat <= now + CLOCK_SKEW_SECONDS;
    if (reasonable && exp > now - CLOCK_SKEW_SECONDS) return undefined;
    return 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
  }

  private scripted(status: number): Answer {
    if (status >= 500) return this.refuse('internal_failure', 'scripted by the behaviour', status);
    return this.refuse(status === 401 ? 'invalid_client' : 'invalid_grant', 'scripted by the behaviour', status);
  }

  private refuse(error: string, description: string, status = 400): Answer {
    this.counts.count(`${status} ${error}`);
    return json(status, { error, error_description: description });
  }
}

function claimsOf(assertion: string): Claims | undefined {
  try {
    return claimsSchema.safeParse(decodeJwt(assertion)).data;
  } catch {
    return undefined;
  }
}

function keyIdOf(assertion: string): string | undefined {
  try {
    return decodeProtectedHeader(assertion).kid;
  } catch {
    return undefined;
  }
}
