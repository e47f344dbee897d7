import { formatId, parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Engine } from '../engine/engine.js';
import { isSignedOut, ONE_FACTOR } from '../engine/prompts.js';
import { pathOf } from '../pages/paths.js';
import type { Sessions } from '../sessions/sessions.js';
import { HOLD_SIGNED_IN, type SignedIn } from './consent.queries.js';
import { InteractionGone, type OpenInteraction } from './interaction.js';
import type { Judgement, SignInPolicies } from './judging.js';
import { keepGrant } from './session-grant.js';
import { JUDGEMENT, SIGN_OUT_SEEN } from './sign-in-flow.js';
import { stillNeeded } from './still-needed.js';
import type { Visitor } from './visitor.js';

const DAY_MS = 86_400_000;

/** "Continue as Ann": the user lets the app in, and the device gets a session of its own. */
export class Consent {
  constructor(
    private readonly parts: {
      readonly engine: Engine;
      readonly database: Database;
      readonly sessions: Sessions;
      readonly apiAudience: string;
      readonly policies: SignInPolicies;
    },
  ) {}

  /**
   * A browser that was signed in before proves nothing now: it is judged as any other sign-in is, and asked for what is missing.
   *
   * @returns where to go on. @throws InteractionGone when nobody is signed in here any more.
   */
  async give(open: OpenInteraction, visitor: Visitor): Promise<string> {
    const { engine, database, sessions } = this.parts;
    const { request, reply, client, clientId, userId } = open;
    const { provider } = engine;
    const interaction = await provider.interactionDetails(request.raw, reply.raw);
    const browser = await provider.Session.get(provider.createContext(request.raw, reply.raw));
    const { accountId, acr, amr, loginTs } = browser;
    if (userId === undefined || accountId === undefined || parseId('user', accountId) !== userId) {
      throw new InteractionGone('the browser is not signed in any more');
    }
    const judged = interaction.lastSubmission?.[JUDGEMENT] as Judgement | undefined;
    const signOutSeen = interaction.lastSubmission?.[SIGN_OUT_SEEN];
    const proven = amr ?? [];
    const judgement =
      judged ?? (await this.parts.policies.judge({ appId: client.appId, userId, clientId, visitor, amr: proven }));
    const expiresAt = new Date(Date.now() + client.settings.sessionDays * DAY_MS);
    const methods = await this.parts.policies.methodsOf(userId);
    const sessionId = await database.transaction(async (tx) => {
      const { rows } = await tx.query<SignedIn>(HOLD_SIGNED_IN, [userId]);
      const user = rows[0];
      if (user === undefined || isSignedOut(loginTs, user.signed_out_at)) return undefined;
      // Browsers know seconds, and what says when they were signed out was begun before: who signed in just now has seen it, or not.
      if (judged !== undefined && (user.signed_out_at?.getTime() ?? null) !== signOutSeen) return undefined;
      if (judged === undefined && stillNeeded({ open, user, amr: proven, judgement, methods }) !== undefined)
        return undefined;
      return sessions.begin(tx, {
        appId: client.appId,
        userId,
        clientId,
        deviceId: visitor.deviceId,
        installation: visitor.installation,
        deviceName: open.deviceName,
        userAgent: visitor.userAgent,
        prefix: visitor.prefix,
        country: judgement.country,
        anomaly: judgement,
        authTime: new Date((loginTs ?? 0) * 1_000),
        acr: acr ?? ONE_FACTOR,
        amr: proven,
        expiresAt,
      });
    });
    if (sessionId === undefined) return pathOf(open.uid, 'login');
    const grantId = formatId('session', sessionId);
    const { apiAudience } = this.parts;
    const { scopes } = open;
    await keepGrant(provider, { grantId, accountId, clientId, expiresAt, scopes, client, apiAudience });
    return provider.interactionResult(request.raw, reply.raw, { consent: { grantId } });
  }
}
