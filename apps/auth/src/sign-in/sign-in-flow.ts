import { formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults } from 'oidc-provider';
import { contextOf } from '../engine/client-metadata.js';
import type { Engine } from '../engine/engine.js';
import { loginTsAfter, ONE_FACTOR, TWO_FACTORS } from '../engine/prompts.js';
import type { UserRow } from '../users/user-row.js';
import { FIND_USER } from '../users/users.queries.js';
import { HOLD_SIGNED_IN, type SignedIn } from './consent.queries.js';
import { acrOf, type Factor, hasFirstFactor, withFactor } from './factor.js';
import { InteractionGone, type OpenInteraction } from './interaction.js';
import type { Judgement, SignInPolicies } from './judging.js';
import type { NextStep } from './next-step.js';
import type { Progress, ProgressStore } from './progress.js';
import { stillNeeded } from './still-needed.js';
import type { Visitor } from './visitor.js';

/** Under which the engine hands a judgement from the login on to the consent. */
export const JUDGEMENT = 'signalbox_judgement';
/** Likewise: when the user had been signed out everywhere for the last time, in milliseconds since 1970; null: never. */
export const SIGN_OUT_SEEN = 'signalbox_sign_out_seen';

/** From "who are you" to a session: the one place that decides whether what a visitor has proven is enough. */
export class SignInFlow {
  constructor(
    private readonly parts: {
      readonly engine: Engine;
      readonly database: Database;
      readonly progress: ProgressStore;
      readonly policies: SignInPolicies;
      /** Somebody has proven enough: what waited for that in this interaction happens now. */
      readonly onFinish: (finished: {
        readonly uid: string;
        readonly appId: Uuid;
        readonly userId: Uuid;
      }) => Promise<void>;
    },
  ) {}

  /** The request that this browser waits in. @throws InteractionGone */
  async open(request: FastifyRequest, reply: FastifyReply, uid: string): Promise<OpenInteraction> {
    const { engine } = this.parts;
    const { provider } = engine;
    engine.openCookies(request.raw.headers, uid);
    const found = await provider.interactionDetails(request.raw, reply.raw).catch((error: unknown) => {
      if (error instanceof errors.SessionNotFound) throw new InteractionGone('no such interaction', { cause: error });
      throw error;
    });
    const { params, prompt, session } = found;
    const client = found.uid === uid ? await provider.Client.find(String(params['client_id'])) : undefined;
    if (client === undefined || (prompt.name !== 'login' && prompt.name !== 'consent')) {
      throw new InteractionGone('another interaction, or one of a client that is gone');
    }
    const context = contextOf(client);
    const user = session?.accountId === undefined ? undefined : await this.userOf(parseId('user', session.accountId));
    const text = (name: string): string | undefined =>
      typeof params[name] === 'string' && params[name] !== '' ? params[name] : undefined;
    const acrs = text('acr_values')?.split(' ') ?? [];
    return {
      uid,
      prompt: prompt.name,
      reasons: prompt.reasons,
      clientId: client.clientId,
      clientName: client.clientName ?? context.appName,
      client: context,
      appId: context.appId,
      userId: user?.app_id === context.appId ? user.id : undefined,
      redirectUri: text('redirect_uri') ?? '',
      loginHint: text('login_hint'),
      uiLocales: text('ui_locales'),
      installation: text('device_id')?.slice(0, 200),
      deviceName: text('device_name')?.slice(0, 100),
      scopes: text('scope')?.split(' ') ?? [],
      // As the engine's own check has it: who would take one factor, too, does not want two.
      wantsTwoFactors: acrs.includes(TWO_FACTORS) && !acrs.includes(ONE_FACTOR),
      request,
      reply,
    };
  }

  /** What has been proven in it so far. */
  progressOf({ uid }: OpenInteraction, sql?: Sql): Promise<Progress> {
    return this.parts.progress.read(uid, sql);
  }

  /** The visitor has proven something (more). */
  async passed(open: OpenInteraction, factor: Factor, visitor: Visitor): Promise<NextStep> {
    const { progress, policies } = this.parts;
    const now = new Date();
    const user = await this.userOf(factor.userId);
    if (user?.app_id !== open.appId || user.status !== 'active') return { next: 'refused', reason: 'account' };
    const before = await progress.read(open.uid);
    // Somebody else's first factor is worth nothing for this one.
    const amr = withFactor(before.userId === factor.userId ? before.amr : [], factor);
    if (!hasFirstFactor(amr)) return { next: 'begin' };
    const judgement = await policies.judge({
      appId: open.appId,
      userId: user.id,
      clientId: open.clientId,
      visitor,
      amr,
    });
    const methods = await policies.methodsOf(user.id);
    const needed = stillNeeded({ open, user, amr, judgement, methods });
    const next = await this.parts.database.transaction(async (tx) => {
      const lapsed = await lapsedMeanwhile(tx, user, factor);
      if (lapsed === undefined && needed !== undefined)
        await progress.write(open.uid, open.appId, { ...before, userId: user.id, amr, needs: needed.next }, tx);
      return lapsed ?? needed;
    });
    if (next !== undefined) return next;
    await this.parts.onFinish({ uid: open.uid, appId: open.appId, userId: user.id });
    await progress.forget(open.uid);
    return { next: 'finish', redirectTo: await this.finish(open, { user, amr, judgement, now }) };
  }

  /** The visitor does not want to. @returns where the app hears of it. */
  cancel(open: OpenInteraction): Promise<string> {
    return this.result(open, { error: 'access_denied', error_description: 'the user went back' });
  }

  private async finish(
    open: OpenInteraction,
    of: {
      readonly user: UserRow;
      readonly amr: readonly string[];
      readonly judgement: Judgement;
      /** Before anything of it was looked at: a sign-out that comes between is later, then. */
      readonly now: Date;
    },
  ): Promise<string> {
    const { amr, judgement, now } = of;
    const { id: userId, signed_out_at: signedOutAt } = of.user;
    const login = { accountId: formatId('user', userId), acr: acrOf(amr), amr: [...amr], remember: true };
    const redirectTo = await this.result(open, {
      login: { ...login, ts: loginTsAfter(signedOutAt, now) },
      [JUDGEMENT]: { ...judgement },
      [SIGN_OUT_SEEN]: signedOutAt?.getTime() ?? null,
    });
    await this.forgetOthers(open, userId);
    return redirectTo;
  }

  /** Somebody else was signed in in this browser: the engine would want them to sign out first, on a page that takes a script. */
  private async forgetOthers({ request, reply }: OpenInteraction, userId: Uuid): Promise<void> {
    const { provider } = this.parts.engine;
    const browser = await provider.Session.get(provider.createContext(request.raw, reply.raw));
    if (browser.accountId === undefined || browser.accountId === formatId('user', userId)) return;
    Object.assign(browser, {
      accountId: undefined,
      authorizations: undefined,
      loginTs: undefined,
      amr: undefined,
      acr: undefined,
    });
    await browser.persist();
  }

  private result({ request, reply }: OpenInteraction, result: InteractionResults): Promise<string> {
    return this.parts.engine.provider.interactionResult(request.raw, reply.raw, result);
  }

  private async userOf(id: Uuid | undefined): Promise<UserRow | undefined> {
    if (id === undefined) return undefined;
    return (await this.parts.database.query<UserRow>(FIND_USER, [id])).rows[0];
  }
}

/**
 * Whether what was proven counts no longer: the password is not the one that was verified, or somebody signed the user out everywhere since
 * this row of theirs was read, which was before anything was read that had been proven earlier. Whoever does so later waits for the
 * caller's transaction, and forgets what that writes.
 */
async function lapsedMeanwhile(tx: Sql, seen: UserRow, factor: Factor): Promise<NextStep | undefined> {
  const [held] = (await tx.query<SignedIn>(HOLD_SIGNED_IN, [seen.id])).rows;
  if (held === undefined) return { next: 'begin' };
  if (factor.method === 'pwd' && factor.passwordVersion !== held.password_version) return { next: 'wrong-password' };
  return held.signed_out_at?.getTime() === seen.signed_out_at?.getTime() ? undefined : { next: 'begin' };
}
