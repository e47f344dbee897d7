import type { Uuid } from '@signalbox/contracts';
import type { ApnsCredential } from './apns-credential.js';
import type { BraintreeCredential } from './braintree-credential.js';
import type { FcmCredential } from './fcm-credential.js';
import type { StripeCredential } from './stripe-credential.js';
import type { WebPushCredential } from './webpush-credential.js';

/** Who carries notifications. */
export type Provider = 'apns' | 'fcm' | 'webpush';

/** Whose credentials are kept: of those who carry notifications, and of those who take payments. */
export type CredentialProvider = Provider | 'stripe' | 'braintree';

/** An opened credential. `version` grows with every change, so `id` + `version` is a cache key. */
export interface StoredCredential<Secret> {
  readonly id: Uuid;
  readonly appId: Uuid;
  readonly provider: CredentialProvider;
  readonly version: number;
  readonly secret: Secret;
}

/** A credential to send notifications with; `provider` tells which secret it holds. */
export type AnyCredential =
  | (StoredCredential<ApnsCredential> & { readonly provider: 'apns' })
  | (StoredCredential<FcmCredential> & { readonly provider: 'fcm' })
  | (StoredCredential<WebPushCredential> & { readonly provider: 'webpush' });

/** A credential that somebody hands in; every one of it becomes a new version. */
export type NewCredential =
  | { readonly appId: Uuid; readonly provider: 'apns'; readonly secret: ApnsCredential }
  | { readonly appId: Uuid; readonly provider: 'fcm'; readonly secret: FcmCredential }
  | { readonly appId: Uuid; readonly provider: 'webpush'; readonly secret: WebPushCredential }
  | { readonly appId: Uuid; readonly provider: 'stripe'; readonly secret: StripeCredential }
  | { readonly appId: Uuid; readonly provider: 'braintree'; readonly secret: BraintreeCredential };
