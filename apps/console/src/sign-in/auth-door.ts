import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import * as client from 'openid-client';
import { z } from 'zod';
import type { SessionHolder } from './sessions.js';

/** Who signed in, and the token that says so, by which the auth service knows the session again when it is to end. */
export interface SignedIn {
  readonly holder: SessionHolder;
  readonly idToken: string;
}

export interface AuthDoorOptions {
  /** Of the auth service. */
  readonly issuer: string;
  /** Where it is reached from here, if that is not where browsers reach it. */
  readonly reachedAt: string | undefined;
  /** The client that the console is there. */
  readonly clientId: string;
  /** A `web` client has one; a `native` one, on a developer's machine, has none. */
  readonly clientSecret: string | undefined;
  /** Where browsers reach this console. */
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** A sign-in that has begun, kept by the browser until it comes back. */
const pendingSignIn = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string(), next: z.string() });
export type PendingSignIn = z.output<typeof pendingSignIn>;

/** Where the auth service sends the browser back to. */
export const CALLBACK_PATH = '/signed-in';

/** Seconds for one question to the auth service. */
const PATIENCE = 5;

const userClaims = z.object({ sub: z.string(), sid: z.string() });

/** Operators are users of an app of our own auth service, and come in by its pages: Authorization Code with PKCE. */
export class AuthDoor {
  private found: Promise<client.Configuration> | undefined;

  constructor(private readonly options: AuthDoorOptions) {}

  /** Where to send the browser, and what it has to bring back. @throws Problem 503 when the auth service does not answer. */
  async begin(next: string): Promise<{ readonly url: URL; readonly pending: PendingSignIn }> {
    const pending = {
      ...{ state: client.randomState(), nonce: client.randomNonce(), verifier: client.randomPKCECodeVerifier(), next },
    };
    const parameters = {
      redirect_uri: new URL(CALLBACK_PATH, this.options.publicUrl).href,
      scope: 'openid',
      ...{ state: pending.state, nonce: pending.nonce, code_challenge_method: 'S256' },
      code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
    };
    // Looked for anew, so that nobody is sent to a service that is away.
    this.found = undefined;
    return this.ask(async (configuration) => {
      const isPushed = this.options.clientSecret !== undefined;
      const url = isPushed
        ? await client.buildAuthorizationUrlWithPAR(configuration, parameters)
        : client.buildAuthorizationUrl(configuration, parameters);
      return { url, pending };
    });
  }

  /**
   * Fetches the ID token for what the browser brought back, and checks it, its signature too. `query` begins with a question mark.
   *
   * @throws Problem 401 when it is nothing that was begun here, 503 when the auth service does not answer.
   */
  async finish(query: string, pending: PendingSignIn): Promise<SignedIn> {
    return this.ask(async (configuration) => {
      const tokens = await client.authorizationCodeGrant(
        configuration,
        new URL(CALLBACK_PATH + query, this.options.publicUrl),
        {
          ...{ pkceCodeVerifier: pending.verifier, expectedState: pending.state, expectedNonce: pending.nonce },
          idTokenExpected: true,
        },
      );
      const { sub, sid } = userClaims.parse(tokens.claims());
      return { holder: { kind: 'user', userId: sub, sessionId: sid }, idToken: tokens.id_token! };
    });
  }

  /**
   * Where a browser ends the session of that token, and is asked whether it signs out of the auth service as well
   * (OpenID Connect RP-Initiated Logout 1.0).
   *
   * @throws Problem 503 when the auth service does not answer.
   */
  async leave(idToken: string): Promise<URL> {
    return this.ask(async (configuration) => client.buildEndSessionUrl(configuration, { id_token_hint: idToken }));
  }

  private async ask<Answer>(question: (configuration: client.Configuration) => Promise<Answer>): Promise<Answer> {
    try {
      return await question(await this.configuration());
    } catch (error) {
      this.options.logger.warn({ err: error }, 'the auth service did not let an operator in or out');
      if (wasRefused(error)) throw problems.unauthenticated(REFUSED);
      throw problems.unavailable(AWAY, 5, error);
    }
  }

  /** Tokens and keys are fetched from where the auth service is reached, whatever name it has in the world. */
  private readonly fetch: client.CustomFetch = (url, options) => {
    const { issuer, reachedAt } = this.options;
    const isOurs = reachedAt !== undefined && url.startsWith(new URL(issuer).origin);
    const target = isOurs ? url.replace(new URL(issuer).origin, new URL(reachedAt).origin) : url;
    return fetch(target, { ...options, body: (options.body ?? null) as string | URLSearchParams | null });
  };

  /** Where its doors are, and its keys. */
  private configuration(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.options;
    const execute = [client.enableNonRepudiationChecks];
    // A developer's machine has no certificate; the function is marked so that it is noticed.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    if (issuer.startsWith('http:')) execute.push(client.allowInsecureRequests);
    const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
    const options = { execute, timeout: PATIENCE, [client.customFetch]: this.fetch };
    this.found ??= client
      .discovery(new URL(issuer), clientId, undefined, authentication, options)
      .catch((error: unknown) => {
        this.found = undefined;
        throw error;
      });
    return this.found;
  }
}

/** @returns undefined for what this console did not write. */
export function readPending(text: string | undefined): PendingSignIn | undefined {
  try {
    return pendingSignIn.safeParse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The auth service, or our own check of what it said, refused; anything else is that it could not be asked. */
function wasRefused(error: unknown): boolean {
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) return true;
  return error instanceof z.ZodError || (error instanceof client.ClientError && WRONG.test(error.code ?? ''));
}

/** Codes of openid-client for what was answered and is not what was asked for: another state, another nonce, a token of somebody else. */
const WRONG = /^OAUTH_(INVALID_RESPONSE|JWT_)/;

const REFUSED = 'You are not signed in: the sign-in was cancelled, took too long, or was not begun in this browser.';
const AWAY =
  'The auth service does not answer, so nobody can sign in there. Where it cannot wait, the operator password opens the console.';
