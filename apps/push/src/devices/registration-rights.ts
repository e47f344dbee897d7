import type { TokenAuthenticator } from '@signalbox/access';
import type { Envelope } from '@signalbox/credentials';
import { type AppPrincipal, type AuthenticatedRequest, type Principal, Problem, problems } from '@signalbox/http';
import { isSharedSecretToken, verifyUserToken } from './user-token.js';

/** Decides whose device a caller may register. */
export class RegistrationRights {
  constructor(
    private readonly envelope: Envelope,
    private readonly tokens: Pick<TokenAuthenticator, 'verifyToken'>,
  ) {}

  /**
   * A secret key speaks for the backend and may name any user. A user's access token names that user. A publishable key can be read
   * out of any copy of the app, so it binds a device to a user only with a token of that user beside it: one that the backend
   * signed, or the user's access token.
   *
   * @returns the user to bind it to, if any.
   * @throws Problem 403.
   */
  async check(
    caller: Principal,
    userId: string | undefined,
    userToken: string | undefined,
    request: AuthenticatedRequest,
  ): Promise<string | undefined> {
    if (caller.kind === 'user') {
      if (userId !== undefined && userId !== caller.userId) throw mismatch('access token');
      return caller.userId;
    }
    if (caller.kind === 'app' && caller.keyKind !== 'publishable') return userId;
    if (userId === undefined) return undefined;
    if (caller.kind !== 'app' || (caller.userTokenSecret === undefined && userToken === undefined)) {
      throw unsupported();
    }
    if (userToken === undefined) {
      throw problems.forbidden(
        'user_token_required',
        "With a publishable key, a userId needs the header Signalbox-User-Token: a JWT that your backend signed for this user, or the user's access token.",
      );
    }
    if ((await this.subjectOf(caller, userToken, request)) !== userId) throw mismatch('Signalbox-User-Token');
    return userId;
  }

  private async subjectOf(caller: AppPrincipal, token: string, request: AuthenticatedRequest): Promise<string> {
    if (!isSharedSecretToken(token)) return this.subjectOfAccessToken(caller, token, request);
    if (caller.userTokenSecret === undefined) throw unsupported();
    const context = { appId: caller.appId, table: 'api_key', column: 'user_token_secret' };
    return verifyUserToken(token, this.envelope.open(caller.userTokenSecret, context));
  }

  private async subjectOfAccessToken(
    { appId }: AppPrincipal,
    token: string,
    request: AuthenticatedRequest,
  ): Promise<string> {
    const scheme = request.dpop === undefined ? 'Bearer' : 'DPoP';
    const user = await this.tokens.verifyToken(token, scheme, request).catch((error: unknown) => {
      throw error instanceof Problem && error.status === 401 ? refused(error.detail) : error;
    });
    if (user.kind !== 'user' || user.appId !== appId) throw refused('It is not of a user of this app.');
    if (!user.scopes.has('devices:register-own')) throw refused('It lacks the scope "devices:register-own".');
    return user.userId;
  }
}

function mismatch(what: string): Problem {
  return problems.forbidden('user_token_mismatch', `The ${what} is for another user than userId.`);
}

function unsupported(): Problem {
  return problems.forbidden(
    'user_token_unsupported',
    "This key has no user token secret, so it names a userId only beside the user's access token.",
  );
}

function refused(reason: string): Problem {
  return problems.forbidden('user_token_refused', `The Signalbox-User-Token was refused: ${reason}`);
}
