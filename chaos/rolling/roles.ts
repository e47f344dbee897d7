/** A Deployment of k8s/base: which app, and what its manifest tells it besides what all are told. */
interface Role {
  readonly app: 'auth' | 'payments' | 'push' | 'events' | 'console';
  readonly env: Readonly<Record<string, string>>;
}

/** All of them, under their names there; a test compares. */
export const ROLES = {
  auth: { app: 'auth', env: {} },
  'payments-edge': { app: 'payments', env: { PAYMENTS_ROLES: 'edge' } },
  'payments-api': { app: 'payments', env: { PAYMENTS_ROLES: 'api' } },
  'payments-worker': { app: 'payments', env: { PAYMENTS_ROLES: 'work' } },
  'push-api': { app: 'push', env: { PUSH_ROLES: 'api' } },
  'push-apns': { app: 'push', env: { PUSH_ROLES: 'route,apns', PUSH_LANES: 'transactional' } },
  'push-apns-bulk': { app: 'push', env: { PUSH_ROLES: 'route,apns', PUSH_LANES: 'bulk' } },
  'push-fcm': { app: 'push', env: { PUSH_ROLES: 'route,fcm', PUSH_LANES: 'transactional' } },
  'push-fcm-bulk': { app: 'push', env: { PUSH_ROLES: 'route,fcm', PUSH_LANES: 'bulk' } },
  'push-webpush': { app: 'push', env: { PUSH_ROLES: 'route,webpush', PUSH_LANES: 'transactional' } },
  'push-webpush-bulk': { app: 'push', env: { PUSH_ROLES: 'route,webpush', PUSH_LANES: 'bulk' } },
  events: { app: 'events', env: {} },
  console: { app: 'console', env: {} },
} as const satisfies Record<string, Role>;

export type RoleName = keyof typeof ROLES;

export const ROLE_NAMES = Object.keys(ROLES) as readonly RoleName[];
