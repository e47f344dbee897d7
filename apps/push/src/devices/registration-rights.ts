import type { TokenAuthenticator } from '@signalbox/access';
import type { Envelope } from '@signalbox/credentials';
import {
  type AppPrincipal,
  type AuthenticatedRequest,
  type Principal,
  Problem,
  problems,
  type UserPrincipal,
} from '@signalbox/http';
import type { DeviceOwner } from './device-registry.js';
import { isSharedSecretToken, verifyUserToken } from './user-token.js';

type ProvenUser = DeviceOwner & { readonly userId: string };

/** Decides whose device a caller may register. */
export class RegistrationRights {
  constructor(
    private readonly envelope: Envelope,
    private readonly tokens: Pick<TokenAuthenticator, 'verifyToken'>,
  ) {}

  /**
   * A secret key speaks for the backend and may name any user. A user's access token names that user. A publishable key can be read
   * out of any copy of the app, so it binds a device to a user only with a token of that user beside it: one that the backend
   * signed, or the user's access token. By an access token of ours it is bound to the session as well.
   *
   * @returns what to bind it to, if to anybody.
   * @throws Problem 403.
   */
  async check(
    caller: Principal,
    userId: string | undefined,
    userToken: string | undefined,
    request: AuthenticatedRequest,
  ): Promise<DeviceOwner> {
    if (caller.kind === 'user') {
      if (userId !== undefined && userId !== caller.userId) throw mismatch('access token');
      return ownerOf(caller);
    }
    if (caller.kind === 'app' && caller.keyKind !== 'publishable') return { userId };
    if (userId === undefined) return {};
    if (caller.kind !== 'app' || (caller.userTokenSecret === undefined && userToken === undefined)) {
      throw unsupported();
    }
    if (userToken === undefined) {
      throw problems.forbidden(
        'user_token_required',
        "With a publishable key, a userId needs the header Signalbox-User-Token: a JWT that your backend signed for this user, or the user's access token.",
      );
    }
    const owner = await this.ownerBy(caller, userToken, request);
    if (owner.userId !== userId) throw mismatch('Signalbox-User-Token');
    return owner;
  }

  /**
   * Who calls, for what is theirs: the user of an access token, or whom a publishable key has a token of beside it.
   *
   * @throws Problem 403.
   */
  async userOf(caller: Principal, userToken: string | undefined, request: AuthenticatedRequest): Promise<string> {
    if (caller.kind === 'user') return caller.userId;
    if (caller.kind !== 'app' || userToken === undefined) {
      throw problems.forbidden(
        'user_token_required',
        "This needs the user: the user's access token, or a publishable key with the header Signalbox-User-Token.",
      );
    }
    return (await this.ownerBy(caller, userToken, request)).userId;
  }

  private async ownerBy(caller: AppPrincipal, token: string, request: AuthenticatedRequest): Promise<ProvenUser> {
    if (!isSharedSecretToken(token)) return this.ownerByAccessToken(caller, token, request);
    if (caller.userTokenSecret === undefined) throw unsupported();
    const context = { appId: caller.appId, table: 'api_key', column: 'user_token_secret' };
    return { userId: await verifyUserToken(token, this.envelope.open(caller.userTokenSecret, context)) };
  }

  private async ownerByAccessToken(
    { appId }: AppPrincipal,
    token: string,
    request: AuthenticatedRequest,
  ): Promise<ProvenUser> {
    const scheme = request.dpop === undefined ? 'Bearer' : 'DPoP';
    const user = await this.tokens.verifyToken(token, scheme, request).catch((error: unknown) => {
      throw error instanceof Problem && error.status === 401 ? refused(error.detail) : error;
    });
    if (user.kind !== 'user' || user.appId !== appId) throw refused('It is not of a user of this app.');
    if (!user.scopes.has('devices:register-own')) throw refused('It lacks the scope "devices:register-own".');
    return ownerOf(user);
  }
}

/** Sessions of other issuers are not ours to follow: their tokens name none. */
const ownerOf = ({ userId, sessionId }: UserPrincipal): ProvenUser => ({ userId, sessionId });

/** What is said to a token whose session ended while it was being used: the same as a moment later. */
export function sessionEnded(caller: Principal, request: AuthenticatedRequest): Problem {
  if (caller.kind !== 'user') return refused('It was revoked.');
  const scheme = request.dpop === undefined ? 'Bearer' : 'DPoP';
  return problems.invalidToken('The access token was refused. It was revoked.', scheme);
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
