import { type Problem, problems } from '@signalbox/http';

/** The session that asks was ended while the request was under way. */
export const signedOut = (): Problem =>
  problems.invalidToken('The session of this token has ended; nothing was changed. Sign in again.');
