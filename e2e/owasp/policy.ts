import { nameOf, type Route } from '../routes.js';

/** Who asks. All of them ask about the things of one app, `own`. */
export const ASKERS = [
  'own key',
  'key of another app',
  'nobody',
  'revoked key',
  'expired key',
  'key without scopes',
  'key with every other scope',
  'own user',
  'user of the same app',
  'user of another app',
  'user who signed out',
  'user whose token expired',
  'operator',
] as const;
export type Asker = (typeof ASKERS)[number];

/**
 * What somebody is answered: let in; let in, and shown nothing of the app whose things they ask about (its names mean their own
 * there); 404, as if it did not exist; 403 since they may not, whatever exists; 401 since nobody knows who they are.
 */
export type Verdict = 'let in' | 'own namespace' | 'not found' | 'forbidden' | 'unauthenticated';

/** What is told by its holder alone, so that whoever has it may: a link that was mailed, a notice that was pushed. */
const CAPABILITIES = ['/v1/archives/{link}', '/v1/receipts/{ticket}'];

/** What a route's own document says of an asker, and the conventions (docs/security/owasp.md) where it says nothing. */
export function verdictFor(route: Route, asker: Asker): Verdict {
  const ways = route.operation.security;
  if (ways.length === 0) return 'let in';
  const scopes = ways.flatMap((way) => way['apiKey'] ?? []);
  // A publishable key has these, and a secret key never.
  const forSecretKeys = scopes.filter((scope) => scope !== 'devices:register-own');
  const byUsers = ways.some((way) => 'userToken' in way);
  switch (asker) {
    case 'nobody':
    case 'revoked key':
    case 'expired key':
    case 'user who signed out':
    case 'user whose token expired':
      return 'unauthenticated';
    case 'own key':
      return forSecretKeys.length > 0 ? 'let in' : 'forbidden';
    case 'key without scopes':
      return 'forbidden';
    case 'key with every other scope':
      return 'forbidden';
    case 'operator':
      return ways.some((way) => 'operatorToken' in way) ? 'let in' : 'forbidden';
    case 'own user':
      return byUsers ? 'let in' : 'forbidden';
    case 'key of another app':
      if (forSecretKeys.length === 0) return 'forbidden';
      return aboutOneThing(route) ? 'not found' : 'own namespace';
    case 'user of the same app':
    case 'user of another app':
      if (!byUsers) return 'forbidden';
      return aboutOneThing(route) ? 'not found' : 'own namespace';
  }
}

/**
 * Names that each app chooses for itself, which mean something else in another one: nobody can ask for somebody else's by them.
 * Everything else in a path is an id that is given out once.
 */
const CHOSEN_NAMES: readonly string[] = [
  ...['auth /v1/apps/{id}/sign-in-providers/{name}', 'payments /v1/customers/{userId}'],
  ...['push /v1/categories/{name}', 'push /v1/segments/{name}', 'push /v1/templates/{name}', 'push /v1/topics/{topic}'],
  ...['push /v1/devices/{installationId}', 'push /v1/users/{userId}', 'push /v1/policy/versions/{version}'],
  ...['push /v1/devices/{installationId}/topics/{topic}', 'push /v1/templates/{name}/versions/{version}'],
  // Made by whoever asks for a run, so that asking twice is asking once.
  'push /v1/dead-letters/runs/{id}',
];

/** Who read about a user and when, which outlives the user: nobody asks whether there is one, and everybody sees their own app's. */
const OF_NOBODY_IN_PARTICULAR = ['auth GET /v1/users/{userId}/audit'];

export function aboutOneThing(route: Route): boolean {
  const { service, path } = route;
  if (CAPABILITIES.includes(path) || OF_NOBODY_IN_PARTICULAR.includes(nameOf(route))) return false;
  const places = [...path.matchAll(/\{\w+\}/g)].map((match) => `${service} ${path.slice(0, match.index)}${match[0]}`);
  return places.some((place) => !CHOSEN_NAMES.includes(place));
}

/** In this order: what is about things, what takes parts of them away, then them, what ends those who ask, and what ends everybody's tokens. */
export function inTurns(routes: readonly Route[]): readonly (readonly Route[])[] {
  const turnOf = (route: Route): number => {
    if (nameOf(route) === ENDS_ALL_TOKENS) return 4;
    if (endsPeople(route) || nameOf(route) === TAKES_ITS_PLACE) return 3;
    if (route.method !== 'DELETE') return 0;
    return route.path.split('{').length > 2 ? 1 : 2;
  };
  return [0, 1, 2, 3, 4].map((turn) => routes.filter((route) => turnOf(route) === turn));
}

/** Whether a user may be signed out by it, or gone: others are to be asked about then. */
export function endsPeople(route: Route): boolean {
  return ENDS_PEOPLE.includes(nameOf(route));
}

/** What may be gone, or was never there, when its owner asks at last. */
export const MAY_BE_NOWHERE: Readonly<Record<string, string>> = {
  'push DELETE /v1/holds/{credentialId}':
    'push lifts a hold when it reads that the credential was put, as ours were a moment ago',
  'auth DELETE /v1/me/factors/{id}':
    'a factor that was never confirmed is none, and one that was would be asked for everywhere',
};

/** A factor that waits to be confirmed gives way to the next one. */
const TAKES_ITS_PLACE = 'auth POST /v1/me/factors/totp';
const ENDS_ALL_TOKENS = 'auth POST /v1/signing-keys/rotate';
const ENDS_PEOPLE = [
  'auth DELETE /v1/me/sessions/{sessionId}',
  'auth DELETE /v1/sessions/{sessionId}',
  'auth DELETE /v1/me/sessions',
  'auth DELETE /v1/users/{userId}/sessions',
  'auth POST /v1/users/{userId}/disable',
  'auth POST /v1/users/{userId}/enable',
  'auth DELETE /v1/me',
  'auth DELETE /v1/users/{userId}',
];
