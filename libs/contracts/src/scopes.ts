/** What an API key may do. A publishable key (in the app on a phone) may only hold the phone's own scopes. */
export const SECRET_KEY_SCOPES = [
  'notifications:write',
  'notifications:read',
  'devices:write',
  'devices:read',
  'events:read',
  'credentials:write',
  'webhooks:write',
  'webhooks:read',
  'payments:write',
  'payments:read',
  'users:write',
  'users:read',
] as const;
export const PUBLISHABLE_KEY_SCOPES = ['devices:register-own'] as const;

/** What a user's access token may do, each with what is the user's own. */
export const USER_SCOPES = ['devices:register-own', 'payments:read-own', 'account:manage'] as const;

/** What a user's access token may ask the userinfo endpoint for (OpenID Connect Core section 5.4). */
export const IDENTITY_SCOPES = ['openid', 'email', 'profile'] as const;

export type UserScope = (typeof USER_SCOPES)[number] | (typeof IDENTITY_SCOPES)[number];

export type Scope = (typeof SECRET_KEY_SCOPES)[number] | (typeof PUBLISHABLE_KEY_SCOPES)[number] | UserScope;
