import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { FcmCredential } from '@signalbox/credentials';
import { SignJWT } from 'jose';
import { z } from 'zod';
import type { FcmAnswer, UnauthorizedByGoogle } from './fcm-answer.js';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GOOGLE_TOKEN_URI = 'https://oauth2.googleapis.com/token';
const ASSERTION_SECONDS = 3600;
const RENEW_BEFORE_MS = 5 * 60_000;
const TEXT_KEPT = 500;

/** Sends a form to the token endpoint. Rejects when no whole answer came. */
export type PostForm = (url: string, form: string) => Promise<{ readonly status: number; readonly body: string }>;

export interface AccessToken {
  readonly value: string;
  readonly fetchedAt: number;
}

/** Google gave no access token. */
export class AccessTokenRefused extends Error {
  override readonly name = 'AccessTokenRefused';

  constructor(
    readonly answer: UnauthorizedByGoogle,
    options?: ErrorOptions,
  ) {
    super(`no access token: ${answer.code}`, options);
  }
}

const grant = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const oauthError = z.object({ error: z.string() });

/**
 * The access token of one service account, fetched with a JWT signed by its key and kept until five minutes before it
 * expires. https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 *
 * firebase-admin could do this too, but neither over an agent of ours to another address nor with an error that says
 * what the token endpoint answered. Where it sends, it is handed the token by `getAccessToken` instead.
 */
export class AccessTokens {
  private readonly key: KeyObject;
  private current: (AccessToken & { readonly renewAt: number }) | undefined;
  private pending: Promise<AccessToken> | undefined;

  /** @throws when `secret.private_key` is not a private key in PEM; it was checked when it was stored. */
  constructor(
    private readonly secret: Pick<FcmCredential, 'client_email' | 'private_key' | 'private_key_id' | 'token_uri'>,
    private readonly post: PostForm,
    private readonly now: () => number = Date.now,
  ) {
    this.key = createPrivateKey(secret.private_key);
  }

  /** The token at hand; undefined when one has to be fetched. */
  get known(): AccessToken | undefined {
    return this.current && this.now() < this.current.renewAt ? this.current : undefined;
  }

  /** One fetch serves everybody who asks meanwhile. @throws AccessTokenRefused */
  async get(): Promise<AccessToken> {
    const { known } = this;
    if (known) return known;
    this.pending ??= this.fetch().finally(() => (this.pending = undefined));
    return this.pending;
  }

  /** Google does not take this token any more. A newer one is kept: of many requests that failed together one renews. */
  discard(token: AccessToken): void {
    if (this.current?.value === token.value) this.current = undefined;
  }

  /** For firebase-admin, which would keep a token on its own: one without a lifetime is asked for again every time. */
  async getAccessToken(): Promise<{ access_token: string; expires_in: number }> {
    return { access_token: (await this.get()).value, expires_in: 0 };
  }

  private async fetch(): Promise<AccessToken> {
    const { token_uri: url = GOOGLE_TOKEN_URI } = this.secret;
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: await this.assertion(url),
    });
    const askedAt = this.now();
    const { status, body } = await this.answerTo(url, form.toString());
    const granted = status === 200 ? grant.safeParse(parseJson(body)) : undefined;
    if (!granted?.success) throw new AccessTokenRefused(refusal(status, body));
    const { access_token: value, expires_in: seconds } = granted.data;
    const lifetime = seconds * 1000;
    // A token that lives for less than ten minutes is renewed half-way, or it would be fetched for every message.
    const renewAt = askedAt + lifetime - Math.min(RENEW_BEFORE_MS, lifetime / 2);
    this.current = { value, fetchedAt: this.now(), renewAt };
    return this.current;
  }

  private async answerTo(url: string, form: string): ReturnType<PostForm> {
    try {
      return await this.post(url, form);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'NO_ANSWER';
      throw new AccessTokenRefused({ kind: 'unauthorized', code }, { cause: error });
    }
  }

  private assertion(audience: string): Promise<string> {
    const { client_email: issuer, private_key_id: kid } = this.secret;
    const issuedAt = Math.floor(this.now() / 1000);
    return new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(kid !== undefined && { kid }) })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ASSERTION_SECONDS)
      .sign(this.key);
  }
}

/** The answer for a message for which `AccessTokens.get` threw this. */
export function notAuthorized(error: unknown): FcmAnswer {
  if (error instanceof AccessTokenRefused) return error.answer;
  // Our own fault (a key that cannot sign): the same for every message of this credential.
  return { kind: 'unauthorized', code: (error as Error).name, status: 400 };
}

function refusal(status: number, body: string): UnauthorizedByGoogle {
  const parsed = oauthError.safeParse(parseJson(body));
  const code = parsed.success ? parsed.data.error : `status ${status}`;
  // A 200 that is no grant may hold a token, so its text is not kept.
  return { kind: 'unauthorized', code, status, ...(status !== 200 && { text: body.slice(0, TEXT_KEPT) }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
