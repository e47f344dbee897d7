import { formatId, parseId } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import type { Engine } from '../engine/engine.js';
import { ONE_FACTOR } from '../engine/prompts.js';
import type { Sessions } from '../sessions/sessions.js';
import { InteractionGone, type OpenInteraction } from './interaction.js';
import type { Judgement } from './judging.js';
import { keepGrant } from './session-grant.js';
import { JUDGEMENT } from './sign-in-flow.js';
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
    },
  ) {}

  /** @returns where the engine goes on. @throws InteractionGone when nobody is signed in here any more. */
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
    const judgement = interaction.lastSubmission?.[JUDGEMENT] as Judgement | undefined;
    const expiresAt = new Date(Date.now() + client.settings.sessionDays * DAY_MS);
    const sessionId = await database.transaction((tx) =>
      sessions.begin(tx, {
        appId: client.appId,
        userId,
        clientId,
        deviceId: visitor.deviceId,
        deviceName: open.deviceName,
        userAgent: visitor.userAgent,
        prefix: visitor.prefix,
        country: judgement?.country,
        anomaly: judgement,
        authTime: new Date((loginTs ?? 0) * 1_000),
        acr: acr ?? ONE_FACTOR,
        amr: amr ?? [],
        expiresAt,
      }),
    );
    const grantId = formatId('session', sessionId);
    const { apiAudience } = this.parts;
    const { scopes } = open;
    await keepGrant(provider, { grantId, accountId, clientId, expiresAt, scopes, client, apiAudience });
    return provider.interactionResult(request.raw, reply.raw, { consent: { grantId } });
  }
}
