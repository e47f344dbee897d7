import type { Configuration } from 'oidc-provider';
import { contextOf } from './client-metadata.js';
import { ACCESS_TOKEN_SECONDS } from './resources.js';

const DAY = 86_400;
const MINUTE = 60;

/** Seconds that each thing lives. What belongs to a session follows the app's settings. */
export const LIFETIMES: NonNullable<Configuration['ttl']> = {
  AccessToken: ACCESS_TOKEN_SECONDS,
  ClientCredentials: ACCESS_TOKEN_SECONDS,
  // ASVS 10.4.3, level 3.
  AuthorizationCode: MINUTE,
  PushedAuthorizationRequest: MINUTE,
  IdToken: 10 * MINUTE,
  Interaction: 30 * MINUTE,
  Session: 14 * DAY,
  // Each grant says itself when it ends; the engine's own default would end everybody's session after 14 days.
  Grant: 3_650 * DAY,
  RefreshToken: (context, _token, client) => {
    const idle = contextOf(client).settings.idleDays * DAY;
    const grantEnds = context.oidc.entities.Grant?.exp;
    const left = grantEnds === undefined ? idle : grantEnds - Math.floor(Date.now() / 1_000);
    return Math.max(1, Math.min(idle, left));
  },
};
