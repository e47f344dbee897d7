import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import {
  braintreeCredential,
  Envelope,
  loadMasterKey,
  saveCredential,
  type BraintreeCredential,
} from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import { insertApp, startSandbox, type TestSandbox } from '@signalbox/testing';

/** A transaction as the sandbox's control API counts it. */
export interface SandboxTransaction {
  readonly id: string;
  readonly type: 'sale' | 'credit';
  readonly status: string;
  readonly orderId: string | null;
  readonly amount: string;
  readonly refundIds: readonly string[];
  readonly merchantAccountId: string;
}

/** What the API does wrong; `route` as in `POST /transactions`. */
export interface SandboxFault {
  readonly route: string;
  readonly times?: number;
  readonly after?: boolean;
  readonly status?: number;
  readonly hang?: true;
  readonly disconnect?: true;
}

/** A Braintree of a test file's own, in a process of its own. */
export interface BraintreeSandbox {
  readonly masterKey: string;
  readonly envelope: Envelope;
  readonly control: TestSandbox['control'];
  /** Gives keys of a merchant of its own to an app: a new one, unless there is one. @returns its id, and that of its credential. */
  makeApp(
    database: Database,
    change?: Partial<BraintreeCredential>,
    existing?: Uuid,
  ): Promise<{ readonly id: Uuid; readonly credential: Uuid }>;
  keysOf(appId: Uuid): BraintreeCredential;
  nonce(appId: Uuid): Promise<string>;
  transactions(appId: Uuid): Promise<readonly SandboxTransaction[]>;
  settleAll(appId: Uuid): Promise<unknown>;
  /** In place of all faults before. */
  fail(appId: Uuid, ...faults: readonly SandboxFault[]): Promise<unknown>;
  /** Searches find a transaction only once it is this old. Milliseconds. */
  lagSearches(ms: number): Promise<unknown>;
}

export function useBraintreeSandbox(): BraintreeSandbox {
  let sandbox: TestSandbox;
  const keys = new Map<Uuid, BraintreeCredential>();
  const masterKey = randomBytes(32).toString('base64');
  const envelope = new Envelope(loadMasterKey({ key: masterKey }));
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());
  const control: TestSandbox['control'] = (method, path, body) => sandbox.control(method, path, body);
  const merchantOf = (appId: Uuid): string => keys.get(appId)!.merchantId;

  return {
    masterKey,
    envelope,
    control,
    async makeApp(database, change = {}, existing) {
      const merchant = await control<Record<string, unknown>>('POST', '/v1/braintree/merchants', {});
      const known = Object.keys(braintreeCredential.shape);
      const made = Object.fromEntries(Object.entries(merchant).filter(([name]) => known.includes(name)));
      const secret = { ...braintreeCredential.parse(made), ...change };
      const id = existing ?? (await insertApp(database));
      keys.set(id, secret);
      const saved = await saveCredential(database, envelope, { appId: id, provider: 'braintree', secret });
      return { id, credential: saved.id };
    },
    keysOf: (appId) => keys.get(appId)!,
    async nonce(appId) {
      const made = await control<{ nonce: string }>('POST', '/v1/braintree/nonces', { merchantId: merchantOf(appId) });
      return made.nonce;
    },
    async transactions(appId) {
      const path = `/v1/braintree/transactions?merchantId=${merchantOf(appId)}`;
      return (await control<{ transactions: SandboxTransaction[] }>('GET', path)).transactions;
    },
    settleAll: (appId) => control('POST', '/v1/braintree/settle', { merchantId: merchantOf(appId) }),
    fail: (appId, ...faults) =>
      control('PUT', '/v1/braintree/behaviour', {
        faults: faults.map((fault) => ({ times: 1, ...fault, merchantId: merchantOf(appId) })),
      }),
    lagSearches: (searchLagMs) => control('PUT', '/v1/braintree/behaviour', { searchLagMs }),
  };
}
