import { parseId, type Uuid } from '@signalbox/contracts';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { contextOf } from './client-metadata.js';

type BrowserSession = Provider['Session']['prototype'];

/**
 * Signing out at the provider. A website that brings an ID token ends the session that the token belongs to: it could as well give its
 * refresh token back, so the user is not asked. A user who says yes to signing out of the browser takes along what websites have through
 * that browser. Phones stay signed in: they are devices of their own, whichever browser they signed in with.
 */
export function endSessionsAtSignOut(provider: Provider, end: (sessionId: Uuid) => Promise<void>): void {
  provider.use(async (context, next) => {
    await next();
    const sessionId = hintedSession(context);
    if (sessionId !== undefined) await end(sessionId);
  });
  const prototype = provider.Session.prototype as unknown as { destroy: (this: BrowserSession) => Promise<void> };
  const { destroy } = prototype;
  // Before the browser is forgotten: who dies in between is still signed in, and can say yes again.
  prototype.destroy = async function () {
    for (const [clientId, { grantId = '' }] of Object.entries(this.authorizations ?? {})) {
      const client = await provider.Client.find(clientId);
      const sessionId = parseId('session', grantId);
      if (client !== undefined && contextOf(client).kind === 'web' && sessionId !== undefined) await end(sessionId);
    }
    await destroy.call(this);
  };
}

/** The session of the `id_token_hint` of a request that the engine found good. */
function hintedSession({ status, oidc }: Partial<KoaContextWithOIDC>): Uuid | undefined {
  const hint = status === 200 && oidc?.route === 'end_session' ? oidc.entities.IdTokenHint : undefined;
  const sid = hint?.payload['sid'];
  return typeof sid === 'string' ? parseId('session', sid) : undefined;
}
