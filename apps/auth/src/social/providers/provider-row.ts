import type { Uuid } from '@signalbox/contracts';
import type { Envelope, SealContext } from '@signalbox/credentials';
import { policyFor } from '@signalbox/egress';
import { pinnedMetadata } from './pinned-metadata.js';
import { providerConfig } from './provider-config.js';
import type { SignInProvider } from './sign-in-provider.js';

export interface ProviderRow {
  readonly app_id: Uuid;
  readonly name: string;
  readonly version: number;
  readonly sealed: Buffer;
  readonly metadata: unknown;
  readonly updated_at: Date;
  readonly mode: 'live' | 'test';
}

export const providerContext = (appId: Uuid): SealContext => ({ appId, table: 'sign_in_provider', column: 'sealed' });

/** @throws SealBroken */
export function opened(row: ProviderRow, envelope: Envelope, operatorAllowsPrivate: boolean): SignInProvider {
  const { app_id: appId, name, version, mode } = row;
  const { allowPrivate } = policyFor(mode, operatorAllowsPrivate);
  const config = providerConfig.parse(JSON.parse(envelope.open(row.sealed, providerContext(appId)).toString()));
  return { appId, allowPrivate, name, version, config, metadata: pinnedMetadata.parse(row.metadata) };
}
