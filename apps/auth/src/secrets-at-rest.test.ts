import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Envelope, loadMasterKey } from '@signalbox/credentials';
import { openQueueBackend, type QueueBackend } from '@signalbox/queues';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { eventually, insertApp, startSandbox, type TestSandbox, usePostgres } from '@signalbox/testing';
import { AccountSide } from './account-side.js';
import { newAddress, stranger } from './accounts/accounts.harness.js';
import { dumpOf, foundIn, type IssuedSecret } from './secrets-at-rest.harness.js';

jest.setTimeout(60_000);

// Hooks after the tests run in the order they were made: everybody leaves the database before it is dropped.
afterAll(async () => {
  await side.stop();
  await backend.close();
  await sandbox.stop();
});
const postgres = usePostgres();
const MASTER_KEY = randomBytes(32).toString('base64');
const lines: string[] = [];
let sandbox: TestSandbox;
let backend: QueueBackend;
let side: AccountSide;

beforeAll(async () => {
  sandbox = await startSandbox();
  const logger = createLogger('auth', 'trace', { write: (line) => lines.push(line) });
  logger.info('whatever is logged is heard here');
  const database = postgres.database();
  backend = openQueueBackend({ databaseUrl: postgres.url(), prefix: '{test}', logger });
  side = new AccountSide({
    database,
    backend,
    envelope: new Envelope(loadMasterKey({ key: MASTER_KEY })),
    logger,
    metrics: createMetrics('auth'),
    issuer: 'http://auth.example',
    profileOf: async () => ({ displayName: 'Shop', registration: 'open', emailVerification: 'later' }),
    endSessions: async () => undefined,
    dropWaysIn: async () => undefined,
    dropSince: async () => undefined,
    smtpUrl: `smtp://127.0.0.1:${sandbox.mailPort}`,
    mailFrom: 'no-reply@shop.example',
    threads: 4,
  });
  side.start();
}, 30_000);

/** The newest mail of an address: its link's token, or its code. */
async function secretMailedTo(to: string, subject: RegExp): Promise<string> {
  let found: string | undefined;
  await eventually(
    async () => {
      const path = `/v1/mail/messages?taken=true&order=desc&to=${encodeURIComponent(to)}`;
      const { messages } = await sandbox.control<{ messages: { subject: string; text: string }[] }>('GET', path);
      const mail = messages.find((each) => subject.test(each.subject));
      found = /token=(\S+)/.exec(mail?.text ?? '')?.[1] ?? /\b\d{6}\b/.exec(mail?.text ?? '')?.[0];
      return found !== undefined;
    },
    { within: 20_000 },
  );
  return found!;
}

describe('check 31: what was handed out', () => {
  it('of accounts is in no table and no log: passwords, links, codes, keys', async () => {
    const appId = await insertApp(postgres.database());
    const { registration, verification, recovery, own, mailCodes, signIn } = side.accounts;
    const email = newAddress();
    const secret = (): string => `owl ${randomBytes(12).toString('base64url')}`;
    const [first, second, third, guess] = [secret(), secret(), secret(), secret()];
    const base = { appId, email, visitor: stranger() };
    await registration.register({ ...base, password: first, name: undefined, locale: 'en' });
    const verify = await secretMailedTo(email, /Confirm/);
    const verified = await verification.confirm(verify);
    if (verified.end !== 'verified') throw new Error(verified.end);
    const owner = { appId, userId: verified.userId, sessionId: undefined };
    await signIn.attempt({ ...base, password: guess });
    await recovery.ask(appId, email, stranger());
    const recover = await secretMailedTo(email, /new password/);
    expect(await recovery.reset(recover, second)).toMatchObject({ end: 'reset' });
    expect(await own.changePassword(owner, third)).toEqual({ end: 'changed' });
    await mailCodes.send(owner, 'interaction', 'en');
    const code = await secretMailedTo(email, /code/);
    // One that waits, with all that is in it.
    const waiting = newAddress();
    await sandbox.control('PUT', '/v1/mail/behaviour', { refuse: { code: 451, to: waiting } });
    await own.changeEmail(owner, waiting);
    await eventually(() => side.mail.describe().includes('smtp_451'), { within: 20_000 });
    const secrets: IssuedSecret[] = [
      ...Object.entries({ first, second, third, guess }).map(([name, value]) => ({ name: `${name} password`, value })),
      { name: 'verification link', value: verify },
      { name: 'recovery link', value: recover },
      { name: 'code', value: `code is ${code}` },
      { name: 'code as it is kept', value: JSON.stringify({ code }).slice(1, -1) },
      { name: 'master key', value: MASTER_KEY },
    ];
    const dump = await dumpOf(postgres.database());
    expect(dump).toContain('auth_mail');
    expect(dump).toContain('$argon2id$');
    expect(foundIn(dump, secrets)).toEqual([]);
    expect(foundIn(lines.join('\n'), secrets)).toEqual([]);
    // Addresses are not secret, and no log's business all the same.
    const addresses = [email, waiting].map((value) => ({ name: value, value }));
    expect(lines.length).toBeGreaterThan(0);
    expect(foundIn(lines.join('\n'), addresses)).toEqual([]);
    // The address to be is with the user's link, and in no mail row.
    const mails = dump.split('\n').filter((line) => line.startsWith('public.auth_mail'));
    expect(mails.length).toBeGreaterThan(0);
    expect(foundIn(mails.join('\n'), addresses)).toEqual([]);
  });

  it('would be found', async () => {
    const value = randomBytes(16).toString('base64url');
    await postgres.database().query('INSERT INTO attempt_bucket VALUES ($1, now(), now())', [Buffer.from(value)]);
    expect(foundIn(await dumpOf(postgres.database()), [{ name: 'a secret', value }])).toEqual(['a secret']);
  });
});
