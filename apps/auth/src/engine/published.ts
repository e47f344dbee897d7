import { etagOf, isVersionOf } from '@signalbox/http';
import type Provider from 'oidc-provider';

/**
 * What the engine publishes, by the name of its route. The key set goes stale after as long as our own verifiers believe it: the next key
 * has been in it for an hour before it signs, and one that leaked is gone everywhere in five minutes.
 */
const KEPT_FOR: Readonly<Record<string, string>> = {
  jwks: 'public, max-age=60, stale-while-revalidate=240',
  discovery: 'public, max-age=300, stale-while-revalidate=3600',
};

/** Lets verifiers keep the key set and the discovery document, and answers 304 to who has them already. */
export function letBeKept(provider: Provider): void {
  provider.use(async (context, next) => {
    await next();
    const cacheControl = KEPT_FOR[(context as { oidc?: { route?: string } }).oidc?.route ?? ''];
    if (cacheControl === undefined || context.status !== 200) return;
    context.set('cache-control', cacheControl);
    const etag = etagOf(JSON.stringify(context.body));
    context.set('etag', etag);
    // Not the engine's own idea of it: fetch says no-cache with each If-None-Match.
    if (isVersionOf(etag, context.get('if-none-match'))) context.status = 304;
  });
}
