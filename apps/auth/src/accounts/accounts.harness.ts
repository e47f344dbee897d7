import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { newUuid, type SignOutReason, type Uuid } from '@signalbox/contracts';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { ACR } from '@signalbox/http';
import { openQueueBackend, Publisher, type QueueBackend } from '@signalbox/queues';
import { createLogger } from '@signalbox/telemetry';
import { insertApp, usePostgres } from '@signalbox/testing';
import { mailContext, type SealedMail } from '../mail/mailer.js';
import { REMEMBER_DEVICE } from '../anomalies/anomalies.queries.js';
import { deviceHash } from '../anomalies/device-hash.js';
import { Sessions } from '../sessions/sessions.js';
import type { AppProfile, Asker } from './account-parts.js';
import { Accounts } from './accounts.js';
import type { Argon2Cost } from './passwords/argon2.js';

/** Next to no cost: for tests that are not about it. */
const CHEAP: Argon2Cost = { memoryKiB: 8, passes: 1, lanes: 1 };

export const GOOD_PASSWORD = 'correct horse battery staple';

/** A network that nobody else of the test run comes from. */
export const newPrefix = (): string => `${randomBytes(8).toString('hex')}::/48`;
export const stranger = (prefix = newPrefix()): Asker => ({ prefix, deviceId: undefined });
export const newAddress = (): string => `ann-${randomBytes(6).toString('hex')}@example.com`;

type LatestMail = SealedMail & { readonly token: string | undefined };

/** Accounts on a database of the test file's own; mails are read where they wait to be sent. */
export function useAccounts({
  cost = CHEAP,
  slots = 2,
  waiting = 256,
}: Partial<{ cost: Argon2Cost; slots: number; waiting: number }> = {}) {
  // Hooks after the tests run in the order they were made: the queue leaves its database before it is dropped.
  afterAll(() => backend.close());
  const postgres = usePostgres();
  const envelope = new Envelope(loadMasterKey({ key: randomBytes(32).toString('base64'), file: undefined }));
  const ended: { readonly userId: Uuid; readonly except?: Uuid; readonly reason: SignOutReason }[] = [];
  const dropped: Uuid[] = [];
  const droppedSince: { readonly userId: Uuid; readonly since: Date }[] = [];
  const profiles = new Map<Uuid, AppProfile>();
  let accounts: Accounts;
  let backend: QueueBackend;

  beforeAll(() => {
    const logger = createLogger('auth', 'silent');
    backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{test}', logger });
    accounts = new Accounts({
      database: postgres.database(),
      envelope,
      publisher: new Publisher(backend, logger),
      profileOf: async (appId) =>
        profiles.get(appId) ?? { displayName: 'Shop', registration: 'open', emailVerification: 'later' },
      endSessions: async (_tx, of) => ended.push(of),
      dropWaysIn: async (_tx, user) => dropped.push(user.userId),
      dropSince: async (_tx, user, since) => droppedSince.push({ ...user, since }),
      issuer: 'http://auth.example',
      hashing: { slots, waiting },
      cost,
    });
  });

  const latestMail = async (appId: Uuid, to: string): Promise<LatestMail | undefined> => {
    const { rows } = await postgres
      .database()
      .query<{ sealed: Buffer }>('SELECT sealed FROM auth_mail WHERE app_id = $1 ORDER BY created_at DESC, id DESC', [
        appId,
      ]);
    const mails = rows.map(
      ({ sealed }) => JSON.parse(envelope.open(sealed, mailContext(appId)).toString()) as SealedMail,
    );
    const mail = mails.find((each) => each.to === to);
    if (mail === undefined) return undefined;
    const link = 'link' in mail.params ? mail.params.link : undefined;
    return { ...mail, token: link === undefined ? undefined : (new URL(link).searchParams.get('token') ?? undefined) };
  };

  return {
    postgres,
    envelope,
    /** What was asked of the sessions' owner. */
    ended,
    /** Whose second factors were taken. */
    dropped,
    /** From whom was taken what came since a time. */
    droppedSince,
    profiles,
    accounts: () => accounts,
    newApp: () => insertApp(postgres.database()),
    /** The mail that was last written to an address, and the token in its link. */
    latestMail,
    /** A registered user whose address is proven. */
    async verifiedUser(
      appId: Uuid,
      email = newAddress(),
      password = GOOD_PASSWORD,
    ): Promise<{ id: Uuid; email: string }> {
      await accounts.registration.register({
        appId,
        email,
        password,
        name: undefined,
        locale: 'en',
        visitor: stranger(),
      });
      const mail = await latestMail(appId, email);
      const confirmed = await accounts.verification.confirm(mail?.token ?? '');
      if (confirmed.end !== 'verified') throw new Error(`the registration did not end well: ${confirmed.end}`);
      return { id: confirmed.userId, email };
    },
    /** A device that the user is signed in on, and its session. */
    async knownDevice(appId: Uuid, userId: Uuid): Promise<{ deviceId: string; sessionId: Uuid }> {
      const deviceId = newUuid();
      const [clientId, expiresAt] = ['cli_test', new Date(Date.now() + 86_400_000)];
      const proof = { authTime: new Date(), acr: ACR.oneFactor, amr: ['pwd'] };
      const sessionId = await postgres.database().transaction(async (tx) => {
        await tx.query(REMEMBER_DEVICE, [userId, deviceHash(userId, deviceId), appId, true]);
        return new Sessions(postgres.database()).begin(tx, { appId, userId, clientId, deviceId, expiresAt, ...proof });
      });
      return { deviceId, sessionId };
    },
  };
}
