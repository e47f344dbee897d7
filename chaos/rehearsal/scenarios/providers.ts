import { LATE, type Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

/** A provider that is away is noticed by breakers, by checks, by retries and by what waits. */
const PROVIDER_AWAY = ['CredentialHeld', 'SyntheticCheckFails', 'RetriesPostponed', 'ProviderSilent', ...LATE];

/** Push providers, and apps' own endpoints. */
export const PROVIDERS: readonly Scenario[] = [
  {
    name: 'key-refused',
    what: 'Apple does not take the key any more, while messages are sent',
    must: ['CredentialHeld', 'ProviderAlarms'],
    may: ['SyntheticCheckFails'],
    async strike(stage) {
      await stage.control('PUT', '/v1/apns/behaviour', { reason: 'InvalidProviderToken', status: 403 });
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await liftHolds(stage);
      };
    },
  },
  {
    name: 'key-refused-at-rest',
    what: 'Apple does not take the key any more, and nobody is sent anything',
    atRest: true,
    must: ['SyntheticCheckFails'],
    may: [],
    async strike(stage) {
      await stage.control('PUT', '/v1/apns/behaviour', { reason: 'InvalidProviderToken', status: 403 });
      await checkNow(stage);
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await checkNow(stage);
      };
    },
  },
  {
    name: 'provider-hangs',
    what: 'Apple takes requests and does not answer them',
    must: ['ProviderBreakerOpens'],
    may: PROVIDER_AWAY,
    async strike(stage) {
      await stage.control('PUT', '/v1/apns/behaviour', { hang: true });
      return async () => {
        await stage.control('DELETE', '/v1/apns/behaviour');
        await liftHolds(stage);
      };
    },
  },
  {
    name: 'provider-away',
    what: 'no provider can be reached at all',
    must: ['ProviderUnreachable'],
    may: ['ProviderBreakerOpens', ...PROVIDER_AWAY],
    async strike(stage) {
      await stage.sandbox.kill();
      return async () => {
        await stage.sandbox.restart();
        await liftHolds(stage);
      };
    },
  },
];

async function liftHolds(stage: Stage): Promise<void> {
  const { holds } = await stage.asOperator<{ holds: { credentialId: string }[] }>('push', 'GET', '/v1/holds');
  // One may have ended by itself meanwhile.
  for (const { credentialId } of holds)
    await stage.asOperator('push', 'DELETE', `/v1/holds/${credentialId}`).catch(() => 0);
}

async function checkNow(stage: Stage): Promise<void> {
  const { checks } = await stage.asOperator<{ checks: { credentialId: string }[] }>(
    'push',
    'GET',
    '/v1/synthetic-checks',
  );
  for (const { credentialId } of checks)
    await stage.asOperator('push', 'POST', `/v1/synthetic-checks/${credentialId}/now`);
}
