import { randomBytes } from 'node:crypto';
import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Factor, SecondFactorMethod } from '../sign-in/factor.js';
import type { Judgement } from '../sign-in/judging.js';
import type { SignInPagesParts } from './parts.js';
import type { CodeVerdict, LinkLook, ProviderButton, Weakness } from './ports.js';

/** The code that every authenticator app, recovery code and mail shows here, and the one that is refused for speed. */
export const RIGHT_CODE = '123456';
export const FAST_CODE = '999999';
/** A password that is refused for speed, and those that are too weak. */
export const FAST_PASSWORD = 'slow down, slow down';
const WEAK_PASSWORDS: Readonly<Record<string, Weakness | undefined>> = {
  short: 'too_short',
  password1: 'breached',
  'shop shop shop': 'guessable',
};
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

interface Account {
  readonly appId: Uuid;
  readonly userId: Uuid;
  readonly password: string;
}

/** Parts of sign-in that other people's tests are about: they know what a test tells them. */
export class StandIns {
  readonly methods = new Map<Uuid, readonly SecondFactorMethod[]>();
  /** What would have been mailed: links by their kind, and codes. */
  readonly mails: { readonly kind: string; readonly to: string }[] = [];
  readonly links = new Map<string, { readonly appId: Uuid; state: LinkLook['end'] }>();
  providers: readonly ProviderButton[] = [];
  verdict: Judgement['verdict'] = 'allow';
  private readonly accounts = new Map<string, Account>();
  private readonly challenges = new Map<string, string>();

  constructor(private readonly database: Database) {}

  /** Somebody with an account. */
  async account(appId: Uuid, more: { email?: string; name?: string | null; locale?: string; verified?: boolean } = {}) {
    const { email = `${newUuid()}@example.com`, name = 'Ann Miller', locale, verified = true } = more;
    const account = { appId, userId: newUuid(), email, password: 'correct horse battery' };
    await this.database.query(
      `INSERT INTO auth_user (id, app_id, email, email_key, email_verified_at, name, locale)
       VALUES ($1, $2, $3, $3, CASE WHEN $4 THEN now() END, $5, $6)`,
      [account.userId, appId, email, verified, name, locale ?? null],
    );
    this.accounts.set(`${appId} ${email}`, account);
    return account;
  }

  /** A link as it is mailed. */
  link(appId: Uuid): string {
    const token = randomBytes(32).toString('base64url');
    this.links.set(token, { appId, state: 'good' });
    return token;
  }

  async methodsOf(userId: Uuid): Promise<readonly SecondFactorMethod[]> {
    return this.methods.get(userId) ?? [];
  }

  async judge(): Promise<Judgement> {
    return { verdict: this.verdict, reasons: [], country: undefined };
  }

  readonly ports: Omit<
    SignInPagesParts,
    'flow' | 'consent' | 'deviceCookie' | 'appOf' | 'personOf' | 'keys' | 'secure' | 'logger'
  > = {
    passwords: {
      attempt: async ({ appId, email, password }) => {
        if (password === FAST_PASSWORD) return { end: 'slow_down', retryAfterSeconds: 120 };
        const account = this.accounts.get(`${appId} ${email}`);
        if (account?.password !== password) return { end: 'refused' };
        return { end: 'passed', userId: account.userId, passwordVersion: null };
      },
    },
    registration: {
      register: async ({ appId, email, password, name }) => {
        const why = WEAK_PASSWORDS[password];
        if (why !== undefined) return { end: 'weak', why };
        const known = this.accounts.get(`${appId} ${email}`);
        this.mails.push({ kind: known === undefined ? 'verification' : 'already_registered', to: email });
        if (known !== undefined) return { end: 'accepted' };
        const made = await this.account(appId, { email, name: name ?? null, verified: false });
        this.accounts.set(`${appId} ${email}`, { ...made, password });
        return { end: 'accepted' };
      },
    },
    verification: {
      look: async (token) => this.look(token),
      confirm: async (token) => this.use(token, 'verified'),
      sendAgain: async (_appId, to) => {
        this.mails.push({ kind: 'verification', to });
        return { end: 'accepted' };
      },
    },
    recovery: {
      ask: async (_appId, to) => {
        this.mails.push({ kind: 'recovery', to });
        return { end: 'accepted' };
      },
      look: async (token) => this.look(token),
      reset: async (token, password) => {
        const why = WEAK_PASSWORDS[password];
        return why === undefined ? this.use(token, 'reset') : { end: 'weak', why };
      },
    },
    emailUndo: {
      look: async (token) => this.look(token),
      undo: async (token) => this.use(token, 'undone'),
    },
    secondFactors: {
      methodsOf: (userId) => this.methodsOf(userId),
      verifyTotp: async ({ userId }, code) => verdictOf(code, { method: 'otp', userId, strength: 1 }),
      verifyRecoveryCode: async ({ userId }, code) => verdictOf(code, { method: 'rec', userId, strength: 1 }),
    },
    mailCodes: {
      send: async () => {
        this.mails.push({ kind: 'code', to: '' });
        return { end: 'sent' };
      },
      verify: async ({ userId }, _uid, code) => verdictOf(code, { method: 'mail', userId, strength: 1 }),
    },
    totp: {
      enrol: async ({ userId }, _name, { issuer, account }) => ({
        id: userId,
        secret: SECRET,
        url: `otpauth://totp/${encodeURIComponent(`${issuer}:${account}`)}?secret=${SECRET}&issuer=${encodeURIComponent(issuer)}`,
      }),
      confirm: async ({ userId }, _id, code) => {
        if (code !== RIGHT_CODE) return { end: 'wrong_code' };
        this.methods.set(userId, ['totp', 'recovery_code']);
        return { end: 'confirmed', recoveryCodes: Array.from({ length: 10 }, (_, index) => `4f7kq${index}-x2m9rt`) };
      },
    },
    passkeys: {
      begin: async ({ binding }) => {
        const challenge = randomBytes(32).toString('base64url');
        this.challenges.set(binding, challenge);
        return { challenge, rpId: 'auth.localhost', userVerification: 'required', timeout: 60_000 };
      },
      finish: async ({ binding }, answered) => {
        const { response } = (answered ?? {}) as { response?: { clientDataJSON: string; userHandle: string } };
        const asked = this.challenges.get(binding);
        this.challenges.delete(binding);
        if (response === undefined || asked === undefined) return { end: 'refused' };
        const client = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()) as {
          challenge: string;
        };
        const userId = Buffer.from(response.userHandle, 'base64url').toString();
        if (client.challenge !== asked) return { end: 'refused' };
        return { end: 'passed', factor: { method: 'hwk', userId, strength: 2 } };
      },
    },
    providers: async () => this.providers,
    social: {
      begin: async () => ({ end: 'unknown' }),
      answer: async () => ({ end: 'unknown' }),
      finish: async () => ({ end: 'refused' }),
      create: async () => ({ end: 'refused' }),
    },
  };

  private look(token: string): LinkLook {
    const link = this.links.get(token);
    if (link === undefined) return { end: 'unknown' };
    return link.state === 'good' ? { end: 'good', appId: link.appId } : { end: link.state, appId: link.appId };
  }

  private use<End extends string>(token: string, end: End): { end: End } | { end: 'unknown' | 'used' } {
    const link = this.links.get(token);
    if (link?.state !== 'good') return { end: link === undefined ? 'unknown' : 'used' };
    link.state = 'used';
    return { end };
  }
}

function verdictOf(code: string, factor: Factor): CodeVerdict {
  if (code === FAST_CODE) return { end: 'slow_down', retryAfterSeconds: 30 };
  return code === RIGHT_CODE ? { end: 'passed', factor } : { end: 'refused' };
}
