import type { Connections } from '../apns/connections.js';
import type { Exchange } from '../apns/exchange.js';
import type { RequestLog } from '../apns/request-log.js';
import type { Script } from '../apns/script.js';
import type { ProviderKeys } from '../identity/provider-keys.js';

/** What the control API looks at and changes. */
export interface Controlled {
  readonly keys: ProviderKeys;
  /** Where senders reach the APNs side, and the certificate authority they must trust for it. */
  readonly endpoint: { readonly origin: string; readonly ca: string };
  readonly script: Script;
  readonly log: RequestLog;
  readonly exchange: Exchange;
  readonly connections: Connections;
}
