import type { Envelope } from '@signalbox/credentials';
import { type Principal, problems } from '@signalbox/http';
import { verifyUserToken } from './user-token.js';

/** Decides whose device a caller may register. */
export class RegistrationRights {
  constructor(private readonly envelope: Envelope) {}

  /**
   * A secret key speaks for the backend and may name any user. A publishable key can be read out of any copy of the app,
   * so it binds a device to a user only with that user's token.
   *
   * @throws Problem 403.
   */
  async check(caller: Principal, userId: string | undefined, userToken: string | undefined): Promise<void> {
    if (caller.kind === 'app' && caller.keyKind === 'secret') return;
    if (userId === undefined) return;
    if (caller.kind !== 'app' || caller.userTokenSecret === undefined) {
      throw problems.forbidden(
        'user_token_unsupported',
        'This key has no user token secret, so it cannot name a userId.',
      );
    }
    if (userToken === undefined) {
      throw problems.forbidden(
        'user_token_required',
        'With a publishable key, a userId needs the header Signalbox-User-Token: a JWT that your backend signed for this user.',
      );
    }
    const context = { appId: caller.appId, table: 'api_key', column: 'user_token_secret' };
    const subject = await verifyUserToken(userToken, this.envelope.open(caller.userTokenSecret, context));
    if (subject !== userId) {
      throw problems.forbidden('user_token_mismatch', 'The Signalbox-User-Token is for another user than userId.');
    }
  }
}
