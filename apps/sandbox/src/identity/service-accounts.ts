import { createPublicKey, generateKeyPair, type KeyObject, randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { StateDirectory } from './state-directory.js';

const FILE = 'service-accounts.json';
const DEMO_PROJECT = 'signalbox-demo';
const MODULUS_BITS = 2048;

/** Google's rule for project ids. */
export const googleProjectId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'a Google Cloud project id: 6 to 30 of a-z, 0-9 and hyphens');

const registeredAccount = z.strictObject({
  projectId: googleProjectId,
  clientEmail: z.string(),
  clientId: z.string(),
  /** Google's `private_key_id`: one account may have several keys while they are being replaced. */
  keyId: z.string(),
  publicKey: z.string(),
});
const storedAccounts = z.strictObject({
  demo: registeredAccount.extend({ privateKey: z.string() }),
  registered: z.array(registeredAccount),
});

/** One key of a service account; `publicKey` is SPKI in PEM. */
export type RegisteredAccount = z.output<typeof registeredAccount>;
type AccountWithKey = RegisteredAccount & { readonly privateKey: string };

/** The fields of Google's service account file that a sender needs; the address to exchange tokens at is not among them. */
export interface ServiceAccountKey {
  readonly type: 'service_account';
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
}

/** The service accounts the sandbox knows: one demo account whose key it gives away, and others made on request. */
export class ServiceAccounts {
  private readonly registered = new Map<string, { account: RegisteredAccount; publicKey: KeyObject }>();

  private constructor(
    private readonly state: StateDirectory,
    private readonly demo: AccountWithKey,
    registered: readonly RegisteredAccount[],
  ) {
    for (const account of [demo, ...registered]) this.remember(account);
  }

  static async open(state: StateDirectory): Promise<ServiceAccounts> {
    const stored = await state.read(FILE, storedAccounts);
    if (stored) return new ServiceAccounts(state, stored.demo, stored.registered);
    const accounts = new ServiceAccounts(state, await makeAccount(DEMO_PROJECT), []);
    await accounts.save();
    return accounts;
  }

  demoKey(): ServiceAccountKey {
    return keyFile(this.demo);
  }

  list(): RegisteredAccount[] {
    return [...this.registered.values()].map(({ account }) => account);
  }

  /** The keys that a JWT of this issuer may be signed with; `keyId` when its header names one. */
  keysOf(clientEmail: string, keyId: string | undefined): { account: RegisteredAccount; publicKey: KeyObject }[] {
    return [...this.registered.values()].filter(
      ({ account }) => account.clientEmail === clientEmail && (keyId === undefined || account.keyId === keyId),
    );
  }

  has(keyId: string): boolean {
    return this.registered.has(keyId);
  }

  /** One more key: of the project's account when a project is named, else of a new project. */
  async mint(projectId = `sandbox-${randomBytes(4).toString('hex')}`): Promise<ServiceAccountKey> {
    const account = await makeAccount(projectId);
    this.remember(account);
    await this.save();
    return keyFile(account);
  }

  /** Answers whether the key was there. The demo key can be revoked too; it is back after a restart. */
  async revoke(keyId: string): Promise<boolean> {
    const existed = this.registered.delete(keyId);
    await this.save();
    return existed;
  }

  private remember({ projectId, clientEmail, clientId, keyId, publicKey }: RegisteredAccount): void {
    const account = { projectId, clientEmail, clientId, keyId, publicKey };
    this.registered.set(keyId, { account, publicKey: createPublicKey(publicKey) });
  }

  private async save(): Promise<void> {
    const registered = this.list().filter(({ keyId }) => keyId !== this.demo.keyId);
    await this.state.write(FILE, { demo: this.demo, registered });
  }
}

async function makeAccount(projectId: string): Promise<AccountWithKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: MODULUS_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    projectId,
    clientEmail: `sandbox@${projectId}.iam.gserviceaccount.com`,
    clientId: String(randomInt(1e14, 2e14)),
    keyId: randomBytes(20).toString('hex'),
    publicKey,
    privateKey,
  };
}

function keyFile(account: AccountWithKey): ServiceAccountKey {
  return {
    type: 'service_account',
    project_id: account.projectId,
    private_key_id: account.keyId,
    private_key: account.privateKey,
    client_email: account.clientEmail,
    client_id: account.clientId,
  };
}
