import type { Uuid } from '@signalbox/contracts';
import type { PinnedMetadata } from './pinned-metadata.js';
import type { AppleConfig, GoogleConfig, OidcConfig } from './provider-config.js';

/** A provider as one app uses it, opened. `version` grows with every change. */
interface Provider<Config> {
  readonly appId: Uuid;
  /** Whether it may be on this machine or its network, and speak plain http: for apps in mode test, where the operator lets them. */
  readonly allowPrivate: boolean;
  readonly name: string;
  readonly version: number;
  readonly config: Config;
  readonly metadata: PinnedMetadata;
}

export type GoogleProvider = Provider<GoogleConfig>;
export type AppleProvider = Provider<AppleConfig>;
export type OidcProvider = Provider<OidcConfig>;
export type SignInProvider = Provider<GoogleConfig | AppleConfig | OidcConfig>;

/** The client that the browser signs in with, or undefined where there is none. */
export function webClientOf({ config }: SignInProvider): string | undefined {
  return config.kind === 'apple' ? config.servicesId : config.clientId;
}

/** The clients that a phone's token may be for. */
export function nativeClientsOf({ config }: SignInProvider): readonly string[] {
  return config.kind === 'apple' ? config.bundleIds : [config.clientId];
}

/** Every client of ours at the provider: what it tells of is for one of them. */
export function clientsOf({ config }: SignInProvider): readonly string[] {
  switch (config.kind) {
    case 'apple':
      return config.servicesId === undefined ? config.bundleIds : [config.servicesId, ...config.bundleIds];
    case 'google':
      return [config.clientId, ...config.appIds];
    case 'oidc':
      return [config.clientId];
  }
}

/** Whether an address that it calls verified proves an account that has it. */
export function mayLinkByEmail({ config }: SignInProvider): boolean {
  return config.kind !== 'oidc' || config.trustEmail;
}

/** What the button says. */
export function labelOf({ name, config }: SignInProvider): string {
  if (config.displayName !== undefined) return config.displayName;
  if (config.kind === 'google') return 'Google';
  return config.kind === 'apple' ? 'Apple' : name;
}
