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
] as const;
export const PUBLISHABLE_KEY_SCOPES = ['devices:register-own'] as const;
export type Scope = (typeof SECRET_KEY_SCOPES)[number] | (typeof PUBLISHABLE_KEY_SCOPES)[number];
