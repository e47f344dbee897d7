import { discover, discoveryUrlOf } from './discover.js';
import { APPLE, GOOGLE, type PinnedMetadata } from './pinned-metadata.js';
import type { CallContext, ProviderCalls } from '../calls/provider-calls.js';
import type { ProviderConfig } from './provider-config.js';

/**
 * The metadata that a configuration is used with from now on: what is known of Google and Apple, what was stated, or what the provider
 * says now. A stand-in (`endpoint`) is asked, and may call itself by its own address or as the real one does.
 *
 * @throws ProviderTrouble when it has to be asked and does not answer as it should.
 */
export async function pin(calls: ProviderCalls, config: ProviderConfig, context: CallContext): Promise<PinnedMetadata> {
  if (config.kind === 'oidc') {
    const { issuer, metadata } = config;
    const url = discoveryUrlOf(issuer);
    if (metadata === undefined) return discover(calls, url, [issuer], context);
    const { revocationEndpoint, ...stated } = metadata;
    return {
      issuer,
      issuers: [issuer],
      ...stated,
      ...(revocationEndpoint === undefined ? {} : { revocationEndpoint }),
      discovery: url,
      signingAlgorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      sendsIssuer: false,
    };
  }
  const real = config.kind === 'google' ? GOOGLE : APPLE;
  if (config.endpoint === undefined) return real;
  const standIn = `${config.endpoint.origin}/${config.kind}`;
  return discover(calls, discoveryUrlOf(standIn), [standIn, real.issuer], context);
}
