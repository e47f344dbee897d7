import type { ApnsScript } from '../apns/behaviour.js';
import type { ProviderTokens } from '../apns/provider-token.js';
import type { ReceivedRequest, RequestFilter } from '../apns/received-request.js';
import type { BraintreeSide } from '../braintree/braintree-side.js';
import type { AccessTokens } from '../fcm/access-tokens.js';
import type { FcmScript } from '../fcm/behaviour.js';
import type { MessageFilter, ReceivedMessage } from '../fcm/received-message.js';
import type { ProviderKeys } from '../identity/provider-keys.js';
import type { ServiceAccounts } from '../identity/service-accounts.js';
import type { MailSide } from '../mail/mail-side.js';
import type { Phones } from '../phones/phones.js';
import type { EndingCounts } from '../recording/ending-counts.js';
import type { RequestLog } from '../recording/request-log.js';
import type { SignInSide } from '../sign-in/sign-in-side.js';
import type { StripeSide } from '../stripe/stripe-side.js';
import type { Connections } from '../transport/connections.js';
import type { WebPushScript } from '../webpush/behaviour.js';
import type { PushFilter, ReceivedPush } from '../webpush/received-push.js';
import type { Subscriptions } from '../webpush/subscriptions.js';

/** Where senders reach a provider, and the certificate authority they must trust for it. */
export interface Endpoint {
  readonly origin: string;
  readonly ca: string;
}

/** The APNs side as the control API looks at it and changes it. */
export interface ControlledApns {
  readonly keys: ProviderKeys;
  readonly tokens: ProviderTokens;
  readonly endpoint: Endpoint;
  readonly script: ApnsScript;
  readonly log: RequestLog<ReceivedRequest, RequestFilter>;
  readonly counts: EndingCounts;
  readonly connections: Connections;
}

/** The FCM side. */
export interface ControlledFcm {
  readonly accounts: ServiceAccounts;
  readonly endpoint: Endpoint;
  readonly script: FcmScript;
  readonly log: RequestLog<ReceivedMessage, MessageFilter>;
  readonly counts: EndingCounts;
  readonly connections: Connections;
  readonly tokens: AccessTokens;
  /** How the token endpoint's answers ended. */
  readonly tokenCounts: EndingCounts;
}

/** The push service of browsers. */
export interface ControlledWebPush {
  readonly subscriptions: Subscriptions;
  readonly endpoint: Endpoint;
  readonly script: WebPushScript;
  readonly log: RequestLog<ReceivedPush, PushFilter>;
  readonly counts: EndingCounts;
  readonly connections: Connections;
}

export interface Controlled {
  readonly apns: ControlledApns;
  readonly fcm: ControlledFcm;
  readonly stripe: StripeSide;
  readonly braintree: BraintreeSide;
  readonly signIn: SignInSide;
  readonly mail: MailSide;
  readonly webPush: ControlledWebPush;
  readonly phones: Phones;
}
