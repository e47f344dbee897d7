/**
 * What Postgres's programs see of our environment: nothing. PGDATA, PGOPTIONS or a locale of the caller's would change
 * how they behave, and none of our secrets is their business.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
