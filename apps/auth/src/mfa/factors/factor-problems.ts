import { type Problem, problems } from '@signalbox/http';
import { signedOut } from '../../sessions/signed-out.js';
import type { PasskeyRegistration } from '../passkeys/passkeys.js';
import type { TotpConfirmation } from '../totp/totp.js';

export const noSuchFactor = (): Problem => problems.notFound('There is no such factor; GET /v1/me/factors lists them.');

/** The token outlives its user by minutes at most. */
export const noSuchUser = (): Problem => problems.notFound('This user is not there any more.');

export const mfaOff = (): Problem =>
  problems.conflict('mfa_off', 'This app has switched second factors off; a passkey can still be set up.');

export const lastFactor = (): Problem =>
  problems.conflict(
    'last_factor',
    'This app requires a second factor, and this is the last one: set up another first.',
  );

export const lastWayIn = (): Problem =>
  problems.conflict('last_way_in', 'Nothing else opens this account: set a password, or set up another passkey first.');

export const noFactor = (): Problem =>
  problems.conflict('no_factor', 'Recovery codes stand in for a factor, and there is none: set one up first.');

export function totpProblem({ end }: Exclude<TotpConfirmation, { end: 'confirmed' }>): Problem {
  switch (end) {
    case 'wrong_code':
      return problems.invalid([
        { pointer: '/code', reason: 'is not what this seed shows now; check the clock of the device' },
      ]);
    case 'not_pending':
      return problems.notFound('No such seed waits for its first code; POST /v1/me/factors/totp makes one.');
    case 'signed_out':
      return signedOut();
  }
}

export function passkeyProblem({ end }: Exclude<PasskeyRegistration, { end: 'registered' }>): Problem {
  switch (end) {
    case 'no_challenge':
      return problems.conflict(
        'no_challenge',
        'Nothing was asked for that this could answer, or too long ago; POST /v1/me/factors/passkeys/options asks.',
      );
    case 'unacceptable':
      return problems.invalid([
        {
          pointer: '/answer',
          reason:
            'is not an answer to the options, from an origin of this app, by an authenticator that verified the user',
        },
      ]);
    case 'known_already':
      return problems.conflict('known_already', 'This passkey is set up already.');
    case 'too_many':
      return problems.conflict('too_many_passkeys', 'There are 20 passkeys already; remove one first.');
    case 'no_such_user':
      return noSuchUser();
    case 'signed_out':
      return signedOut();
  }
}
