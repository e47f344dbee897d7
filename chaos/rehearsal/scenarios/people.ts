import { parseId } from '@signalbox/contracts';
import { eventually } from '@signalbox/process-control';
import { ask } from '../ask.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { AGE_REQUEST } from './people.queries.ts';

/** Who is known to the sandbox's Google. */
const ANN = 'ann@example.com';
/** Whose data is to be erased, as the app names them. */
const LEAVER = 'leaver';
/** A day longer than the services have for it. */
const OVERDUE_HOURS = 96;

/** Who signs in, and what users may ask of their data. */
export const PEOPLE: readonly Scenario[] = [
  {
    name: 'sign-in-fails',
    what: 'Google answers 500 to each code that users of the app bring from it',
    must: ['SignInProviderTrouble'],
    may: [],
    async strike(stage) {
      const phone = await openSignIn(stage);
      await stage.control('PUT', '/v1/sign-in/google/behaviour', { faults: [{ route: 'token', status: 500 }] });
      for (let turn = 0; turn < 3; turn += 1) await phone.signIn();
      return async () => {
        await stage.control('DELETE', '/v1/sign-in/google/behaviour');
        await phone.close();
      };
    },
  },
  {
    name: 'erasure-stands',
    what: 'Stripe does not delete the customer of a user who wants to be erased, for days',
    must: ['DataRequestsOverdue'],
    may: [],
    async strike(stage) {
      await stage.asApp('payments', 'PUT', `/v1/customers/${LEAVER}`, { email: 'leaver@example.com', name: 'Leaver' });
      await stage.control('PUT', '/v1/stripe/behaviour', {
        faults: [{ route: 'DELETE /v1/customers/:id', status: 503 }],
      });
      const { id } = await stage.asApp<{ id: string }>('auth', 'DELETE', `/v1/users/${LEAVER}`);
      const aged = [parseId('dataRequest', id), OVERDUE_HOURS];
      await stage.database((connection) => connection.query(AGE_REQUEST, aged));
      return async () => {
        await stage.control('DELETE', '/v1/stripe/behaviour');
        const isDone = async (): Promise<boolean> => {
          const request = await stage.asApp<{ state: string }>('auth', 'GET', `/v1/data-requests/${id}`);
          return request.state === 'done';
        };
        // Stripe is asked again ten seconds after it did not say.
        await eventually(isDone, { within: 30_000, every: 250 });
      };
    },
  },
];

interface Phone {
  /** As far as it goes. */
  signIn(): Promise<void>;
  close(): Promise<void>;
}

interface GoogleClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly nativeClientIds: readonly string[];
}

/** Lets users of the app sign in with Google, on a phone with Google's SDK. */
async function openSignIn(stage: Stage): Promise<Phone> {
  const appId = stage.app.id;
  const provider = `/v1/apps/${appId}/sign-in-providers/google`;
  const google = await stage.control<GoogleClient>('GET', '/v1/sign-in/google/client');
  await stage.asOperator('auth', 'PUT', provider, {
    kind: 'google',
    clientId: google.clientId,
    clientSecret: google.clientSecret,
    appIds: google.nativeClientIds,
    endpoint: { origin: new URL(google.issuer).origin },
  });
  const of = { appId, name: 'phone' };
  const client = await stage.asOperator<{ id: string }>('auth', 'POST', '/v1/clients', {
    ...of,
    kind: 'native',
    redirectUris: ['http://127.0.0.1/callback'],
  });
  const { id, key } = await stage.asOperator<{ id: string; key: string }>('auth', 'POST', '/v1/api-keys', {
    ...of,
    kind: 'publishable',
  });
  return {
    async signIn() {
      const { nonce } = await ask<{ nonce: string }>('POST', `${stage.urls.auth}/v1/sign-in/native/nonce`, key, {
        provider: 'google',
      });
      const given = { sub: ANN, nonce };
      const { serverAuthCode } = await stage.control<{ serverAuthCode: string }>(
        'POST',
        '/v1/sign-in/google/native',
        given,
      );
      await fetch(`${stage.urls.auth}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          ...{ grant_type: 'urn:signalbox:native-sign-in', client_id: client.id, scope: 'openid' },
          ...{ provider: 'google', nonce, code: serverAuthCode },
        }),
      });
    },
    async close() {
      await stage.asOperator('auth', 'DELETE', provider);
      await stage.asOperator('auth', 'DELETE', `/v1/clients/${client.id}`);
      await stage.asOperator('auth', 'DELETE', `/v1/api-keys/${id}`);
    },
  };
}
